/** Fuzz of the journal: any inputs lead to a legal sequence of events. */
import { expect } from 'chai';
import fc from 'fast-check';
import { isExitError, isStartError, SendError, StartError, type SubprocessError } from '../../src/model/errors';
import type { EventOf, SubprocessEvent } from '../../src/model/events';
import type { ExitStatus } from '../../src/model/exit-status';
import { reduce, type SubprocessState } from '../../src/model/state';
import { initialFacts } from '../../src/parent/follow/facts';
import { type Input as FoldedInput, interpret, type PassingReport } from '../../src/parent/follow/interpret';
import { Journal } from '../../src/parent/follow/journal';
import { encodeError } from '../../src/protocol/remote-error';
import { type Activity, isReport, type Report } from '../../src/protocol/to-parent';
import { LONG, sized } from '../support/long';

type Input = FoldedInput | PassingReport;

const activity = fc.constantFrom<Activity>('load', 'find', 'begin', 'run', 'loop', 'end', 'outside', 'replay');
const thrown = fc.anything().map(encodeError);

const report: fc.Arbitrary<Exclude<Report, { type: 'received' | 'sigterm' | 'where' | 'tree' | 'output' }>> = fc.oneof(
  fc.constantFrom<
    Exclude<
      Report,
      {
        type:
          | 'received'
          | 'sigterm'
          | 'where'
          | 'tree'
          | 'output'
          | 'failed'
          | 'messages'
          | 'iteration'
          | 'alive'
          | 'result';
      }
    >
  >(
    { type: 'up' },
    { type: 'ready' },
    { type: 'entered' },
    { type: 'handles-stop' },
    { type: 'stopping' },
    { type: 'stalled' },
    { type: 'done' },
  ),
  fc.array(fc.anything(), { maxLength: 3 }).map(values => ({ type: 'messages' as const, values })),
  fc.constant({ type: 'alive' as const }),
  fc.anything().map(value => ({ type: 'result' as const, value })),
  fc.record({
    type: fc.constant('iteration' as const),
    index: fc.nat(),
    duration: fc.double(),
    sleep: fc.oneof(fc.nat(), fc.constant(false as const)),
  }),
  fc.record({ type: fc.constant('failed' as const), during: activity, error: thrown }),
);

/** The input that `route` makes of a report. */
const inputOf = (each: Exclude<Report, { type: 'received' | 'sigterm' | 'where' | 'tree' | 'output' }>): Input =>
  each.type === 'messages' || each.type === 'iteration' || each.type === 'alive'
    ? each
    : { type: 'report', report: each };

const reported = report.map(inputOf);
const context = { subprocess: 'Task' };

/** Inputs other than reports. They may occur at any time after the spawn. */
const other: fc.Arbitrary<Input> = fc.oneof(
  fc.constantFrom<Input>({ type: 'forced', why: 'grace' }, { type: 'closed' }, { type: 'located', place: 'task.ts:1' }),
  fc.boolean().map((signaled): Input => ({ type: 'stop', signaled })),
  fc.string().map((line): Input => ({ type: 'stderr', line })),
  fc.string().map((why): Input => ({ type: 'protocol-error', why })),
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

/** Inputs in the order that the parent guarantees: one start, then anything, with an end. */
const life = fc
  .tuple(
    fc.array(fc.oneof({ weight: 3, arbitrary: reported }, { weight: 1, arbitrary: other }), { maxLength: 16 }),
    end,
    fc.array(fc.oneof(reported, other, end), { maxLength: 3 }),
  )
  .map(([middle, last, late]): Input[] => [starting, spawned, ...middle, last, ...late]);

/** A start that succeeds, so that the inputs after it have an effect. */
const running: Input[] = (['up', 'ready', 'entered'] as const).map(type => ({ type: 'report', report: { type } }));
const longLife = fc
  .tuple(
    fc.array(fc.oneof({ weight: 3, arbitrary: reported }, { weight: 1, arbitrary: other }), { maxLength: 16 }),
    end,
  )
  .map(([middle, last]): Input[] => [starting, spawned, ...running, ...middle, last]);

/** Inputs in any order, with or without an end. */
const anything = fc.array(fc.oneof(reported, other, end, fc.constantFrom(starting, spawned)), { maxLength: 20 });

interface Folded {
  events: SubprocessEvent[];
  exit: ExitStatus | undefined;
}

function eventsOf(inputs: Input[]): Folded {
  const events: SubprocessEvent[] = [];
  const journal = new Journal('Task', { onMustKill() {}, onExit() {} });
  journal.event$.subscribe(event => events.push(event));
  for (const input of inputs) journal.add(input);
  const exited = events.find((event): event is EventOf<'exited'> => event.type === 'exited');
  return { events, exit: exited?.exit };
}

const ORDER: SubprocessState[] = ['created', 'starting', 'running', 'stopping', 'exited'];

function expectLegal({ events, exit }: Folded): void {
  const types = events.map(({ type }) => type);
  const lifecycle = types.filter(type => type !== 'message' && type !== 'iteration' && type !== 'alive');
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
  // The first failure is the error of the ExitStatus.
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

describe(`fuzz of the journal and reduce ${LONG}`, function () {
  this.timeout(30_000);

  it('any reports and faults between a start and an end lead to legal events', () => {
    fc.assert(
      fc.property(fc.oneof(life, longLife), inputs => {
        const folded = eventsOf(inputs);
        expect(folded.exit).not.to.equal(undefined);
        expectLegal(folded);
      }),
      { numRuns: sized(200, 4_000) },
    );
  });

  it("the reason is 'completed' only after a ready and a result event", () => {
    fc.assert(
      fc.property(fc.oneof(life, longLife), inputs => {
        const { exit, events } = eventsOf(inputs);
        if (exit?.reason !== 'completed') return;
        expect(events.map(({ type }) => type)).to.include.members(['ready', 'result']);
      }),
      { numRuns: sized(200, 4_000) },
    );
  });

  it('inputs in any order, even with a second start, lead to legal events', () => {
    fc.assert(
      fc.property(anything, inputs => expectLegal(eventsOf(inputs))),
      { numRuns: sized(200, 4_000) },
    );
  });

  it('interpret does not change the facts that it gets', () => {
    fc.assert(
      fc.property(anything, inputs => {
        let facts = initialFacts('Task');
        for (const [index, input] of inputs.entries()) {
          if (input.type === 'messages' || input.type === 'iteration' || input.type === 'alive') continue;
          // A write to a frozen object throws.
          facts = interpret(Object.freeze(facts), { ...input, at: 1_000 + index, clock: index * 10 }).facts;
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it('reduce never returns an earlier state, for events in any order', () => {
    const types = fc.constantFrom<SubprocessEvent['type']>(
      'starting',
      'spawned',
      'ready',
      'message',
      'iteration',
      'alive',
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

  it('isReport accepts any value, and interpret any report that it lets through', () => {
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
        const { type } = value;
        if (type === 'received' || type === 'sigterm' || type === 'where' || type === 'tree' || type === 'output')
          return;
        expectLegal(eventsOf([starting, spawned, ...running, inputOf(value), { type: 'end', code: 0, signal: null }]));
      }),
      { numRuns: sized(500, 2_000) },
    );
  });
});
