/** reduce: folds events into the state of a child. */
import { expect } from 'chai';
import type { SubprocessEvent } from '../../src/model/events';
import { reduce, type SubprocessState } from '../../src/model/state';
import { events } from './support';

const STATES: SubprocessState[] = ['created', 'starting', 'running', 'stopping', 'exited'];

/** The state after an event. An event that is not listed leaves the state as it is. */
const NEXT: Record<SubprocessState, { [Type in SubprocessEvent['type']]?: SubprocessState }> = {
  created: { starting: 'starting', exited: 'exited' },
  starting: { ready: 'running', stopping: 'stopping', exited: 'exited' },
  running: { stopping: 'stopping', exited: 'exited' },
  stopping: { exited: 'exited' },
  exited: {},
};

describe('reduce', () => {
  for (const state of STATES) {
    for (const event of [events.s, events.p, events.r, events.m, events.i, events.v, events.f, events.q, events.x]) {
      const next = NEXT[state][event.type] ?? state;
      it(`${state}, ${event.type} -> ${next}`, () => {
        expect(reduce(state, event)).to.equal(next);
      });
    }
  }

  it('never returns an earlier state, for any event', () => {
    for (const state of STATES) {
      for (const event of Object.values(events)) {
        expect(STATES.indexOf(reduce(state, event))).to.be.at.least(STATES.indexOf(state));
      }
    }
  });
});
