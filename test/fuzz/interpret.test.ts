/** Fuzz of the fold: any sequence of inputs keeps it total, and what it tells legal. */
import { expect } from 'chai';
import fc from 'fast-check';
import { isExitError, isStartError, SendError, StartError, type SubprocessError } from '../../src/errors';
import type { EventOf, SubprocessEvent } from '../../src/events';
import type { ExitStatus } from '../../src/exit-status';
import { initialFacts } from '../../src/parent/facts';
import { type Input, interpret } from '../../src/parent/interpret';
import { encodeError } from '../../src/protocol/remote-error';
import { type Activity, isReport, type Report } from '../../src/protocol/to-parent';
import { reduce, type SubprocessState } from '../../src/state';
import { LONG, sized } from '../support/long';

const activity = fc.constantFrom<Activity>('load', 'find', 'begin', 'run', 'loop', 'end', 'outside');
const thrown = fc.anything().map(encodeError);

const report: fc.Arbitrary<Report> = fc.oneof(
  fc.constantFrom<Report>(
    { type: 'up' },
    { type: 'ready' },
    { type: 'entered' },
    { type: 'stopping' },
    { type: 'stalled' },
    { type: 'done' },
  ),
  fc.array(fc.anything(), { maxLength: 3 }).map((values): Report => ({ type: 'messages', values })),
  fc.anything().map((value): Report => ({ type: 'result', value })),
  fc.nat().map((count): Report => ({ type: 'received', count })),
  fc.record({
    type: fc.constant('iteration' as const),
    index: fc.nat(),
    duration: fc.double(),
    sleep: fc.oneof(fc.nat(), fc.constant(false as const)),
  }),
  fc.record({ type: fc.constant('failed' as const), during: activity, error: thrown }),
);

const reported = report.map((each): Input => ({ type: 'report', report: each }));
const context = { subprocess: 'Task' };

/** What else is seen or asked, at any time after the process was made. */
const other: fc.Arbitrary<Input> = fc.oneof(
  fc.constantFrom<Input>({ type: 'forced' }, { type: 'closed' }, { type: 'located', shown: 'task.ts:1' }),
  fc.boolean().map((signalled): Input => ({ type: 'stop', signalled })),
  fc.string().map((line): Input => ({ type: 'stderr', line })),
  fc.string().map((why): Input => ({ type: 'garbled', why })),
  fc
    .constantFrom<SubprocessError>(new StartError('ready', 'late', context), new SendError('no', context))
    .map((error): Input => ({ type: 'fault', error })),
);

const end: fc.Arbitrary<Input> = fc.oneof(
  fc.nat(255).map((code): Input => ({ type: 'end', code, signal: null })),
  fc.constant<Input>({ type: 'end', code: 0, signal: null }),
  fc
    .constantFrom<NodeJS.Signals>('SIGTERM', 'SIGKILL', 'SIGABRT', 'SIGINT')
    .map((signal): Input => ({ type: 'end', code: null, signal })),
);

const starting: Input = { type: 'starting' };
const spawned: Input = { type: 'spawned', pid: 42 };

/** As the parent's own code has it: one start, and then anything. */
const life = fc
  .tuple(
    fc.array(fc.oneof({ weight: 3, arbitrary: reported }, { weight: 1, arbitrary: other }), { maxLength: 16 }),
    end,
    fc.array(fc.oneof(reported, other, end), { maxLength: 3 }),
  )
  .map(([middle, last, late]): Input[] => [starting, spawned, ...middle, last, ...late]);

/** A start that goes well, so that what comes after it has a place. */
const running: Input[] = ['up', 'ready', 'entered'].map(type => ({ type: 'report', report: { type } as Report }));
const longLife = fc
  .tuple(
    fc.array(fc.oneof({ weight: 3, arbitrary: reported }, { weight: 1, arbitrary: other }), { maxLength: 16 }),
    end,
  )
  .map(([middle, last]): Input[] => [starting, spawned, ...running, ...middle, last]);

/** No order at all, and no end. */
const anything = fc.array(fc.oneof(reported, other, end, fc.constantFrom(starting, spawned)), { maxLength: 20 });

interface Told {
  events: SubprocessEvent[];
  exit: ExitStatus | undefined;
  ready: boolean;
}

function fold(inputs: Input[]): Told {
  let facts = initialFacts('Task');
  const events: SubprocessEvent[] = [];
  for (const [index, input] of inputs.entries()) {
    const before = JSON.stringify({ ...facts, error: null });
    const step = interpret(facts, { ...input, at: 1_000 + index, clock: index * 10 });
    // Pure: what it was given is as it was.
    expect(JSON.stringify({ ...facts, error: null })).to.equal(before);
    facts = step.facts;
    events.push(...step.events);
  }
  const exited = events.find((event): event is EventOf<'exited'> => event.type === 'exited');
  return { events, exit: exited?.exit, ready: facts.ready };
}

const ORDER: SubprocessState[] = ['created', 'starting', 'running', 'stopping', 'exited'];

function expectLegal({ events, exit }: Told): void {
  const types = events.map(({ type }) => type);
  const lifecycle = types.filter(type => type !== 'message' && type !== 'iteration');
  expect(lifecycle.length).to.be.at.most(6);
  expect(new Set(lifecycle).size, String(lifecycle)).to.equal(lifecycle.length);
  expect(types.includes('result') && types.includes('failed')).to.equal(false);
  if (exit) expect(types.indexOf('exited')).to.equal(types.length - 1);
  let state: SubprocessState = 'created';
  for (const event of events) {
    const next = reduce(state, event);
    expect(ORDER.indexOf(next)).to.be.at.least(ORDER.indexOf(state));
    state = next;
  }
  expect(state === 'exited').to.equal(exit !== undefined);
  if (exit) expectConsistent(exit, events);
}

function expectConsistent(exit: ExitStatus, events: SubprocessEvent[]): void {
  const failed = events.find((event): event is EventOf<'failed'> => event.type === 'failed');
  const has = (type: SubprocessEvent['type']) => events.some(event => event.type === type);
  expect(exit.duration).to.be.at.least(0);
  expect(exit.code === null || exit.signal === null).to.equal(true);
  // What failed first is what the end tells.
  if (failed) expect(exit.error).to.equal(failed.error);
  switch (exit.reason) {
    case 'completed':
      expect(exit).to.include({ code: 0, signal: null, pid: 42 });
      expect(exit.error).to.equal(undefined);
      break;
    case 'failed':
      expect(exit.error).to.be.instanceOf(Error);
      break;
    case 'killed':
      expect(exit.signal).to.be.a('string');
      expect(exit.forced).to.equal(false);
      expect(isExitError(exit.error) && exit.error.exit).to.equal(exit);
      break;
    case 'stopped':
      expect(has('stopping')).to.equal(true);
      expect(exit.pid).to.equal(42);
      break;
    case 'not-started':
      expect(exit.pid === null || isStartError(exit.error)).to.equal(true);
      break;
    default:
      expect.fail(`no reason: ${JSON.stringify(exit satisfies never)}`);
  }
}

describe(`fuzz of interpret and reduce ${LONG}`, function () {
  this.timeout(30_000);

  it('any reports and faults between a start and an end are legal', () => {
    fc.assert(
      fc.property(fc.oneof(life, longLife), inputs => {
        const told = fold(inputs);
        expect(told.exit).not.to.equal(undefined);
        expectLegal(told);
      }),
      { numRuns: sized(1_000, 4_000) },
    );
  });

  it('completed only after it was ready and had a result', () => {
    fc.assert(
      fc.property(fc.oneof(life, longLife), inputs => {
        const { exit, events } = fold(inputs);
        if (exit?.reason !== 'completed') return;
        expect(events.map(({ type }) => type)).to.include.members(['ready', 'result']);
      }),
      { numRuns: sized(1_000, 4_000) },
    );
  });

  it('inputs without any order, a second start among them, are legal', () => {
    fc.assert(
      fc.property(anything, inputs => expectLegal(fold(inputs))),
      { numRuns: sized(1_000, 4_000) },
    );
  });

  it('reduce takes events in any order, and never goes back', () => {
    const types = fc.constantFrom<SubprocessEvent['type']>(
      'starting',
      'spawned',
      'ready',
      'message',
      'iteration',
      'result',
      'failed',
      'stopping',
      'exited',
    );
    fc.assert(
      fc.property(fc.array(types), all => {
        let state: SubprocessState = 'created';
        for (const type of all) {
          const next = reduce(state, { type, at: 0 } as SubprocessEvent);
          expect(ORDER.indexOf(next)).to.be.at.least(ORDER.indexOf(state));
          state = next;
        }
      }),
      { numRuns: 500 },
    );
  });

  it('isReport takes any value, and what it lets through is folded', () => {
    const almost = fc.oneof(
      fc.anything({ withNullPrototype: true, withMap: true, withDate: true }),
      fc.tuple(report, fc.string(), fc.anything()).map(([base, key, value]) => ({ ...base, [key]: value })),
      fc
        .tuple(report, fc.constantFrom('error', 'during', 'index', 'sleep', 'count', 'type'), fc.anything())
        .map(([base, key, value]) => ({ ...base, [key]: value })),
    );
    fc.assert(
      fc.property(almost, value => {
        if (!isReport(value)) return;
        expectLegal(
          fold([
            starting,
            spawned,
            ...running,
            { type: 'report', report: value },
            { type: 'end', code: 0, signal: null },
          ]),
        );
      }),
      { numRuns: sized(500, 2_000) },
    );
  });
});
