/** interpret: folds what is observed of a child into facts and events. No child is needed. */
import { expect } from 'chai';
import { ExitError, isProtocolError, isRemoteError, StartError, type SubprocessError } from '../../src/model/errors';
import type { EventOf, SubprocessEvent } from '../../src/model/events';
import type { ExitStatus } from '../../src/model/exit-status';
import { reduce, type SubprocessState } from '../../src/model/state';
import { type Facts, initialFacts } from '../../src/parent/follow/facts';
import { type FoldedReport, type Input, interpret } from '../../src/parent/follow/interpret';
import { encodeError } from '../../src/protocol/remote-error';
import type { Activity } from '../../src/protocol/to-parent';
import { LONG, sized } from '../support/long';
import { randomFrom } from './random';

const reportOf = (report: FoldedReport): Input => ({ type: 'report', report });
const failure = (during: Activity, error: unknown = new TypeError('boom')) =>
  reportOf({ type: 'failed', during, error: encodeError(error) });
const end = (code: number | null, signal: NodeJS.Signals | null = null): Input => ({ type: 'end', code, signal });

const starting: Input = { type: 'starting' };
const spawned: Input = { type: 'spawned', pid: 42 };
const up = reportOf({ type: 'up' });
const ready = reportOf({ type: 'ready' });
const entered = reportOf({ type: 'entered' });
const done = reportOf({ type: 'done' });
const result = reportOf({ type: 'result', value: 'value' });
const stop: Input = { type: 'stop', signaled: true };
const wait: Input = { type: 'stop', signaled: false };
const forced: Input = { type: 'forced', why: 'grace' };
const closed: Input = { type: 'closed' };

const booting = [starting, spawned];
const loading = [...booting, up];
const running = [...loading, ready, entered];
const returned = [...running, result, done];

interface Folded {
  facts: Facts;
  events: SubprocessEvent[];
  types: string[];
  /** How many steps asked for a kill. */
  kills: number;
}

/** Folds the inputs, one every 10 ms. */
function fold(inputs: Input[]): Folded {
  let facts = initialFacts('Task');
  const events: SubprocessEvent[] = [];
  let kills = 0;
  inputs.forEach((input, index) => {
    const step = interpret(facts, { ...input, at: 1_000 + index, clock: index * 10 });
    facts = step.facts;
    events.push(...step.events);
    if (step.mustKill) kills += 1;
  });
  return { facts, events, types: events.map(({ type }) => type), kills };
}

function exitOf(inputs: Input[]): ExitStatus {
  const exited = fold(inputs).events.find((event): event is EventOf<'exited'> => event.type === 'exited');
  if (!exited) throw new Error('it did not exit');
  return exited.exit;
}

function errorOf(inputs: Input[]): SubprocessError {
  const { error } = exitOf(inputs);
  if (!error) throw new Error('the end has no error');
  return error;
}

describe('interpret', () => {
  it('gives the events of a whole life, each with its time', () => {
    const { events, kills } = fold([...running, result, done, closed, end(0)]);
    expect(events.slice(0, -1)).to.deep.equal([
      { type: 'starting', at: 1_000 },
      { type: 'spawned', at: 1_001, pid: 42 },
      { type: 'ready', at: 1_003 },
      { type: 'result', at: 1_005, value: 'value' },
    ]);
    expect(events.at(-1)).to.deep.include({ type: 'exited', at: 1_008 });
    expect(kills).to.equal(0);
  });

  it('gives no event for what only the parent waits for', () => {
    const { types, facts } = fold([
      up,
      reportOf({ type: 'ready' }),
      entered,
      reportOf({ type: 'result', value: 1 }),
      done,
      closed,
    ]);
    expect(types).to.deep.equal(['ready', 'result']);
    expect(facts).to.deep.include({ up: true, entered: true, done: true, closed: true });
  });

  describe('the reason of an end', () => {
    const table: [why: string, inputs: Input[], expected: Partial<ExitStatus> & { error?: never }][] = [
      ['run returned', [...returned, end(0)], { reason: 'completed', code: 0 }],
      [
        'run returned after a stop that sent no signal',
        [...running, wait, result, done, end(0)],
        { reason: 'completed' },
      ],
      ['a stop came when it was done', [...returned, stop, end(0)], { reason: 'completed' }],
      ['a stop, and it died of the signal', [...running, stop, end(null, 'SIGTERM')], { reason: 'stopped' }],
      ['a stop, and it returned', [...running, stop, result, done, end(0)], { reason: 'stopped', code: 0 }],
      [
        'a loop obeyed a SIGTERM from outside',
        [...running, reportOf({ type: 'stopping' }), done, end(0)],
        { reason: 'stopped', code: 0 },
      ],
      [
        'a stop, and a SIGKILL after the grace',
        [...running, stop, forced, end(null, 'SIGKILL')],
        { reason: 'stopped', forced: true, signal: 'SIGKILL' },
      ],
      ['a stop before it was ready', [...loading, stop, end(null, 'SIGTERM')], { reason: 'stopped' }],
      ['a stop before it was started', [stop, end(null)], { reason: 'not-started', pid: null, duration: 0 }],
      ['a stop that only waits, before it was started', [wait, end(null)], { reason: 'not-started', pid: null }],
    ];
    for (const [why, inputs, expected] of table) {
      it(`is ${expected.reason}, without an error: ${why}`, () => {
        const exit = exitOf(inputs);
        expect(exit).to.deep.include({ subprocess: 'Task', ...expected });
        expect(exit).not.to.have.property('error');
      });
    }

    const frames = Array.from({ length: 40 }, (_, at) => `${at}: 0xb78db3 node::Abort`);
    const stderrLine = (line: string): Input => ({ type: 'stderr', line });
    const withError: [why: string, inputs: Input[], expected: Partial<ExitStatus>, error: RegExp][] = [
      ['run threw', [...running, failure('run'), end(1)], { reason: 'failed', code: 1 }, /run\(\) threw.*boom/],
      ['begin threw', [...loading, failure('begin'), end(1)], { reason: 'failed' }, /begin\(\) threw.*boom/],
      ['loop threw', [...running, failure('loop'), end(1)], { reason: 'failed' }, /loop\(\) threw.*boom/],
      ['end threw', [...running, failure('end'), end(1)], { reason: 'failed' }, /end\(\) threw.*boom/],
      ['a timer threw', [...running, failure('outside'), end(1)], { reason: 'failed' }, /nothing caught.*boom/],
      ['another exit code', [...running, end(3)], { reason: 'failed', code: 3 }, /code 3 in the middle of its work/],
      ['process.exit(0) in run', [...running, end(0)], { reason: 'failed', code: 0 }, /process\.exit/],
      ['process.exit(0) after the result', [...running, result, end(0)], { reason: 'failed' }, /after its result/],
      ['process.exitCode was set', [...returned, end(3)], { reason: 'failed', code: 3 }, /process\.exitCode/],
      [
        'it stalled',
        [...running, reportOf({ type: 'stalled' }), end(13)],
        { reason: 'failed', code: 13 },
        /awaits what can never come/,
      ],
      [
        'a signal that the parent did not send',
        [...running, end(null, 'SIGKILL')],
        { reason: 'killed', signal: 'SIGKILL', code: null },
        /killed by SIGKILL in the middle of its work, by somebody else/,
      ],
      [
        'a signal before it was ready',
        [...loading, end(null, 'SIGSEGV')],
        { reason: 'killed', signal: 'SIGSEGV' },
        /SIGSEGV before it was ready/,
      ],
      ['its module threw', [...loading, failure('load'), end(1)], { reason: 'not-started', pid: 42 }, /could not load/],
      ['its class was not found', [...loading, failure('find'), end(1)], { reason: 'not-started' }, /boom/],
      ['process.exit while it loaded', [...loading, end(0)], { reason: 'not-started', code: 0 }, /isChild/],
      // No real child ends like this: if the port is taken, Node continues without the inspector.
      [
        'the inspector had no port',
        [...booting, end(12)],
        { reason: 'not-started', code: 12 },
        /port for the inspector/,
      ],
      [
        'process.exit(9) in run',
        [...running, end(9)],
        { reason: 'failed', code: 9 },
        /instead of calling process\.exit/,
      ],
      ['a listener threw', [...running, end(7)], { reason: 'failed', code: 7 }, /'uncaughtException' listener threw/],
      [
        'its heap was exhausted, and a long stack followed',
        [...running, ...['FATAL ERROR: Reached heap limit', ...frames].map(stderrLine), end(null, 'SIGABRT')],
        { reason: 'killed', signal: 'SIGABRT' },
        /its heap was exhausted; give it more/,
      ],
      [
        'it called abort()',
        [...running, ...frames.map(stderrLine), end(null, 'SIGABRT')],
        { reason: 'killed', signal: 'SIGABRT' },
        /process\.abort\(\)/,
      ],
      ['no Node was started', [...booting, end(9)], { reason: 'not-started', code: 9 }, /flag that it does not know/],
    ];
    for (const [why, inputs, expected, message] of withError) {
      it(`is ${expected.reason}, with an error: ${why}`, () => {
        const exit = exitOf(inputs);
        expect(exit).to.deep.include({ subprocess: 'Task', ...expected });
        expect(exit.error?.message).to.match(message);
        expect(exit.error).to.deep.include({ subprocess: 'Task', pid: 42 });
      });
    }

    it('is not-started if the parent failed before there was a process', () => {
      const error = new StartError('spawn', 'Task: no process could be made', { subprocess: 'Task' });
      const exit = exitOf([starting, { type: 'fault', error }, end(null)]);
      expect(exit).to.deep.include({ reason: 'not-started', pid: null, code: null, signal: null });
      expect(exit.error).to.equal(error);
    });

    it('is not-started, and forced, if it was not ready in time', () => {
      const error = new StartError('ready', 'Task: still loading', { subprocess: 'Task', pid: 42 });
      const { kills } = fold([...loading, { type: 'fault', error }]);
      const exit = exitOf([...loading, { type: 'fault', error }, forced, end(null, 'SIGKILL')]);
      expect(kills).to.equal(1);
      expect(exit).to.deep.include({ reason: 'not-started', forced: true, signal: 'SIGKILL' });
      expect(exit.error).to.equal(error);
    });
  });

  it('measures the duration from the start to the end', () => {
    expect(exitOf([{ type: 'located', place: 'task.ts:1' }, ...returned, end(0)]).duration).to.equal(70);
  });

  it('gives an ExitError its ExitStatus, which holds the error', () => {
    const exit = exitOf([...running, end(3)]);
    expect((exit.error as ExitError).exit).to.equal(exit);
  });

  it('gives a StartError its phase', () => {
    expect(errorOf([...booting, end(1)])).to.deep.include({ name: 'StartError', phase: 'spawn' });
    expect(errorOf([...loading, end(1)])).to.deep.include({ name: 'StartError', phase: 'load' });
    expect(errorOf([...loading, failure('load'), end(1)])).to.deep.include({ name: 'StartError', phase: 'load' });
  });

  it('names the place of the class if the load fails', () => {
    const error = errorOf([...booting, { type: 'located', place: 'task.ts:12' }, up, failure('load'), end(1)]);
    expect(error.message).to.include('task.ts:12').and.to.include('TypeError: boom');
    expect(isRemoteError(error.cause)).to.equal(true);
  });

  describe('the first cause', () => {
    it('is stopped, with the error, if it crashed while it was being stopped', () => {
      const { types, events } = fold([...running, stop, failure('end'), end(1)]);
      expect(types).to.deep.equal(['starting', 'spawned', 'ready', 'stopping', 'failed', 'exited']);
      const { exit } = events.at(-1) as EventOf<'exited'>;
      expect(exit.reason).to.equal('stopped');
      expect(exit.error?.message).to.include('end() threw');
    });

    it('is failed if the stop came after the crash', () => {
      expect(exitOf([...running, failure('run'), stop, end(null, 'SIGTERM')])).to.deep.include({ reason: 'failed' });
    });

    it('has the first of two errors', () => {
      const inputs = [...running, failure('run', new Error('first')), failure('outside', new Error('second')), end(1)];
      expect(fold(inputs).types.filter(type => type === 'failed')).to.have.length(1);
      expect(errorOf(inputs).message).to.include('first');
    });

    it('ignores a result after an error', () => {
      const { types, kills } = fold([...running, failure('outside'), result, end(0)]);
      expect(types).to.deep.equal(['starting', 'spawned', 'ready', 'failed', 'exited']);
      expect(kills).to.equal(0);
    });

    it('has an error after the result only in the ExitStatus', () => {
      const inputs = [...running, result, failure('outside'), end(1)];
      expect(fold(inputs).types).to.deep.equal(['starting', 'spawned', 'ready', 'result', 'exited']);
      expect(exitOf(inputs).reason).to.equal('failed');
      expect(isRemoteError(errorOf(inputs))).to.equal(true);
    });

    it('ignores ready after the start has failed', () => {
      const error = new StartError('ready', 'Task: still loading', { subprocess: 'Task', pid: 42 });
      const late = [...loading, { type: 'fault' as const, error }, ready, end(null, 'SIGKILL')];
      expect(fold(late).types).to.deep.equal(['starting', 'spawned', 'failed', 'exited']);
    });

    it('gives one event for several stops', () => {
      expect(fold([...running, stop, wait, reportOf({ type: 'stopping' }), stop]).types).to.deep.equal([
        ...['starting', 'spawned', 'ready', 'stopping'],
      ]);
    });

    it('is stopped by a stop that signals after one that only waits', () => {
      expect(exitOf([...running, wait, stop, end(null, 'SIGTERM')]).reason).to.equal('stopped');
    });
  });

  describe('a child that breaks the protocol', () => {
    const table: [what: string, inputs: Input[]][] = [
      ['a second up', [...loading, up]],
      ['a second ready', [...running, ready]],
      ['a second entered', [...running, entered]],
      ['a second result', [...running, result, result]],
      ['a second done', [...returned, done]],
      ['a result after done', [...running, done, result]],
      ['a failure after done', [...returned, failure('run')]],
      ['a failure to load after ready', [...running, failure('load')]],
      ['bytes that are no frame', [...running, { type: 'protocol-error', why: 'bytes that are no frame (80000000)' }]],
    ];
    for (const [what, inputs] of table) {
      it(`is killed, with a ProtocolError: ${what}`, () => {
        expect(fold(inputs).kills).to.equal(1);
        const ended = [...inputs, forced, end(null, 'SIGKILL')];
        expect(isProtocolError(errorOf(ended))).to.equal(true);
        expect(exitOf(ended)).to.deep.include({ reason: 'failed', forced: true });
      });
    }

    it('gives no event for a misplaced report', () => {
      const { types } = fold([...running, result, result, end(null, 'SIGKILL')]);
      expect(types).to.deep.equal(['starting', 'spawned', 'ready', 'result', 'exited']);
    });

    it('has an error that says what arrived and what to do', () => {
      const error = errorOf([
        ...running,
        { type: 'protocol-error', why: 'a frame of unknown type' },
        end(null, 'SIGKILL'),
      ]);
      expect(error.message).to.match(/^Task: .*pid 42.*a frame of unknown type.*descriptor 3/);
    });
  });

  it('ignores everything after the end', () => {
    const before = fold([...running, end(3)]);
    const after = fold([...running, end(3), ready, stop, failure('run'), { type: 'protocol-error', why: '' }, end(0)]);
    expect(after.types).to.deep.equal(before.types);
    expect(after.facts).to.deep.equal(before.facts);
    expect(after.kills).to.equal(0);
  });

  it('keeps the last twenty lines of stderr for an ExitError', () => {
    const lines = Array.from({ length: 25 }, (_, index) => `line ${index}`);
    const error = errorOf([...running, ...lines.map((line): Input => ({ type: 'stderr', line })), end(134)]);
    expect(error).to.be.instanceOf(ExitError);
    expect((error as ExitError).stderr).to.deep.equal(lines.slice(5));
    expect(error.message)
      .to.include('line 5\n')
      .and.to.match(/line 24$/);
    expect(error.message).not.to.match(/line 4\n/);
  });

  it(`gives at most six lifecycle events for any inputs, each type once, exited last, and no step back ${LONG}`, () => {
    const possible: Input[] = [
      ...[up, ready, entered, done, result, stop, wait, forced, closed, end(0), end(1), end(null, 'SIGKILL')],
      ...(['load', 'find', 'begin', 'run', 'loop', 'end', 'outside'] as const).map(during => failure(during)),
      reportOf({ type: 'stopping' }),
      reportOf({ type: 'stalled' }),
      { type: 'protocol-error', why: 'garbage' },
      { type: 'stderr', line: 'oops' },
      { type: 'fault', error: new StartError('ready', 'late', { subprocess: 'Task' }) },
      { type: 'located', place: 'task.ts:1' },
    ];
    const order: SubprocessState[] = ['created', 'starting', 'running', 'stopping', 'exited'];
    const random = randomFrom(2);
    for (let turn = 0; turn < sized(1_000, 5_000); turn++) {
      const inputs = Array.from({ length: random(14) }, () => possible[random(possible.length)] as Input);
      const { events } = fold([...booting, ...inputs, end(0)]);
      const lifecycle = events.map(({ type }) => type);
      const description = JSON.stringify(inputs);
      expect(lifecycle.length, description).to.be.at.most(6);
      expect(new Set(lifecycle).size, description).to.equal(lifecycle.length);
      expect(events.at(-1)?.type, description).to.equal('exited');
      let state: SubprocessState = 'created';
      for (const event of events) {
        const next = reduce(state, event);
        expect(order.indexOf(next), description).to.be.at.least(order.indexOf(state));
        state = next;
      }
      expect(state).to.equal('exited');
    }
  });
});
