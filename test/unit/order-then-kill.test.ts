/** orderThenKill: asks a child to stop, and kills it if it does not. */
import { expect } from 'chai';
import { TestScheduler } from 'rxjs/testing';
import { orderThenKill } from '../../src/parent/end/order-then-kill';
import { Journal } from '../../src/parent/follow/journal';
import { LONGEST_TIMER } from '../../src/util/clock';

/** Shuts a child down that exits after `end` ms, and lists what happens at which virtual time. */
function callsOf(grace: number, end?: number): string[] {
  const calls: string[] = [];
  const scheduler = new TestScheduler(() => {});
  const note = (what: string) => void calls.push(`${what} ${scheduler.now()}`);
  const journal = new Journal('Task', { onMustKill() {}, onExit() {} });
  journal.add({ type: 'starting' });
  journal.add({ type: 'spawned', pid: 42 });
  const exit = () => journal.add({ type: 'end', code: null, signal: 'SIGTERM' });
  if (end === -1) exit();
  else if (end !== undefined) scheduler.schedule(exit, end);
  const config = { order: () => note('order'), kill: () => note('kill'), grace, scheduler };
  orderThenKill(journal, config, ({ signal }) => note(signal as string));
  scheduler.maxFrames = Number.POSITIVE_INFINITY;
  scheduler.flush();
  return calls;
}

describe('orderThenKill', () => {
  it('asks the child to stop at once, and tells of its exit without a kill', () => {
    expect(callsOf(10, 5)).to.deep.equal(['order 0', 'SIGTERM 5']);
  });

  it('kills once, when the grace is over, and still waits for the exit', () => {
    expect(callsOf(5, 12)).to.deep.equal(['order 0', 'kill 5', 'SIGTERM 12']);
  });

  it('kills in a later turn if the grace is 0', () => {
    expect(callsOf(0, 3)).to.deep.equal(['order 0', 'kill 0', 'SIGTERM 3']);
  });

  for (const grace of [Infinity, LONGEST_TIMER + 1, Number.MAX_SAFE_INTEGER]) {
    it(`never kills if the grace is ${grace}`, () => {
      // Longer than the longest timer.
      expect(callsOf(grace, 6e9)).to.deep.equal(['order 0', 'SIGTERM 6000000000']);
    });
  }

  it('kills after the longest delay of a timer', () => {
    expect(callsOf(LONGEST_TIMER, 6e9)).to.deep.equal(['order 0', 'kill 2147483647', 'SIGTERM 6000000000']);
  });

  it('kills a child once that never ends', () => {
    expect(callsOf(5)).to.deep.equal(['order 0', 'kill 5']);
  });

  it('tells at once of a child that has exited, and does not kill', () => {
    expect(callsOf(0, -1)).to.deep.equal(['order 0', 'SIGTERM 0']);
  });
});
