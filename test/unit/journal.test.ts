/** Journal: keeps events in order, whether they are folded or bypass the fold. */
import { expect } from 'chai';
import type { SubprocessEvent } from '../../src/model/events';
import type { Input, PassingReport } from '../../src/parent/follow/interpret';
import { Journal } from '../../src/parent/follow/journal';
import type { Report } from '../../src/protocol/to-parent';

const report = (type: 'up' | 'ready' | 'entered' | 'done'): Input => ({ type: 'report', report: { type } });
const messages = (...values: unknown[]): PassingReport => ({ type: 'messages', values });
const iteration = (index: number): Extract<Report, { type: 'iteration' }> => ({
  type: 'iteration',
  index,
  duration: 1.5,
  sleep: 50,
});
const result: Input = { type: 'report', report: { type: 'result', value: 42 } };
const end: Input = { type: 'end', code: 0, signal: null };
const running: Input[] = [{ type: 'starting' }, { type: 'spawned', pid: 42 }, report('up'), report('ready')];

function journalWith(inputs: (Input | PassingReport)[]) {
  const seen = { kills: 0, exits: 0 };
  const journal = new Journal('Task', {
    onMustKill: () => {
      seen.kills += 1;
    },
    onExit: () => {
      seen.exits += 1;
    },
  });
  for (const input of inputs) journal.add(input);
  return { journal, seen };
}

const typesOf = (events: SubprocessEvent[]) => events.map(({ type }) => type);

describe('the journal', () => {
  it('gives each event once to those who subscribe while it is announced, or while the end is told', () => {
    const got: Record<string, string[]> = {};
    const begin = (name: string) => {
      const types: string[] = [];
      got[name] = types;
      journal.event$.subscribe(({ type }) => types.push(type));
      journal.lifecycle$.subscribe(({ type }) => types.push(`lifecycle ${type}`));
    };
    const journal: Journal = new Journal('Task', {
      announcer: { onEvent: ({ type }) => begin(type), onPassing() {} },
      onMustKill() {},
      onExit: () => begin('onExit'),
    });
    for (const input of [...running, result, end]) journal.add(input);
    const types = ['starting', 'spawned', 'ready', 'result', 'exited'];
    for (const name of [...types, 'onExit']) {
      expect(got[name], name).to.have.members([...types, ...types.map(type => `lifecycle ${type}`)]);
    }
  });

  it('emits messages and iterations between the lifecycle events, in the order of arrival', () => {
    const { journal, seen } = journalWith(running);
    const events: SubprocessEvent[] = [];
    journal.event$.subscribe(event => events.push(event));
    for (const input of [messages('one', 'two'), iteration(0), messages('three'), result, report('done'), end]) {
      journal.add(input);
    }
    const passing = ['message', 'message', 'iteration', 'message'];
    expect(typesOf(events)).to.deep.equal(['starting', 'spawned', 'ready', ...passing, 'result', 'exited']);
    expect(events[5]).to.deep.include({ type: 'iteration', index: 0, duration: 1.5, sleep: 50 });
    expect(seen).to.deep.equal({ kills: 0, exits: 1 });
  });

  it('queues messages and iterations for their streams, and replays lifecycle events', () => {
    const { journal } = journalWith([...running, messages('one'), iteration(0), messages('two'), result, end]);
    const values: unknown[] = [];
    journal.messages.value$.subscribe(value => values.push(value));
    journal.iterations.value$.subscribe(value => values.push(value));
    expect(values).to.deep.equal(['one', 'two', { index: 0, duration: 1.5, sleep: 50 }]);
    const late: SubprocessEvent[] = [];
    journal.event$.subscribe(event => late.push(event));
    expect(typesOf(late)).to.deep.equal(['starting', 'spawned', 'ready', 'result', 'exited']);
  });

  for (const [name, late] of [
    ['a message', messages(1)],
    ['an iteration', iteration(0)],
  ] as const) {
    it(`treats ${name} after the last report as a protocol error`, () => {
      const { journal, seen } = journalWith([...running, result, report('done')]);
      const values: unknown[] = [];
      journal.messages.value$.subscribe(value => values.push(value));
      journal.add(late);
      expect(values).to.deep.equal([]);
      expect(seen.kills).to.equal(1);
      expect(journal.facts.error?.message).to.include(`a report '${late.type}' that has no place there`);
    });

    it(`ignores ${name} after the end`, () => {
      const { journal, seen } = journalWith([...running, result, end, late]);
      expect(seen).to.deep.equal({ kills: 0, exits: 1 });
      expect(journal.facts.error).to.equal(null);
    });
  }

  it('emits an event to all subscribers before it processes what one of them adds', () => {
    const { journal } = journalWith(running.slice(0, 2));
    const first: string[] = [];
    const second: string[] = [];
    journal.event$.subscribe(({ type }) => {
      first.push(type);
      if (type === 'ready') journal.add({ type: 'stop', signaled: true });
    });
    journal.event$.subscribe(({ type }) => second.push(type));
    for (const input of running.slice(2)) journal.add(input);
    expect(first).to.deep.equal(['starting', 'spawned', 'ready', 'stopping']);
    expect(second).to.deep.equal(first);
  });
});
