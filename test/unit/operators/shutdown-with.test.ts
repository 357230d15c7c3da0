/** shutdownWith: asks a child to stop, and kills it if it does not. */
import { expect } from 'chai';
import type { TestScheduler } from 'rxjs/testing';
import { shutdownWith } from '../../../src/operators/shutdown-with';
import { LONGEST_TIMER } from '../../../src/util/clock';
import { events, journalled, marbles, stopped } from '../support';

const values = { z: stopped };

/** Records at which virtual time each callback is called. */
function recorded(scheduler: TestScheduler, grace: number) {
  const calls: string[] = [];
  const order = () => void calls.push(`order ${scheduler.now()}`);
  const kill = () => void calls.push(`kill ${scheduler.now()}`);
  return { calls, shutdown: shutdownWith({ order, kill, grace, scheduler }) };
}

/** Runs `body` in virtual time, and returns the calls that it recorded. */
function callsOf(body: (...args: [...Parameters<Parameters<typeof marbles>[0]>]) => string[]): string[] {
  let calls: string[] = [];
  marbles((...args) => {
    calls = body(...args);
  });
  return calls;
}

describe('shutdownWith', () => {
  it('asks the child to stop upon subscription, and emits the ExitStatus without a kill', () => {
    const calls = callsOf(({ hot, expectObservable, expectSubscriptions }, scheduler) => {
      const { calls, shutdown } = recorded(scheduler, 10);
      const source = hot('s-p-r-q-z-|', events);
      const subs = '      ---^----!';
      const expected = '  --------(z|)';
      expectObservable(source.pipe(shutdown), '---^').toBe(expected, values);
      expectSubscriptions(source.subscriptions).toBe(subs);
      return calls;
    });
    expect(calls).to.deep.equal(['order 3']);
  });

  it('kills once, when the grace is over, and still waits for the exit', () => {
    const calls = callsOf(({ hot, expectObservable }, scheduler) => {
      const { calls, shutdown } = recorded(scheduler, 5);
      const source = hot('r-q---------z-|', events);
      const expected = '  ------------(z|)';
      expectObservable(source.pipe(shutdown)).toBe(expected, values);
      return calls;
    });
    expect(calls).to.deep.equal(['order 0', 'kill 5']);
  });

  it('does nothing until it is subscribed to', () => {
    const calls = callsOf(({ hot }, scheduler) => {
      const { calls, shutdown } = recorded(scheduler, 1);
      hot('r-q-z-|', events).pipe(shutdown);
      return calls;
    });
    expect(calls).to.deep.equal([]);
  });

  it('kills in the next turn if the grace is 0', () => {
    const calls = callsOf(({ hot, expectObservable }, scheduler) => {
      const { calls, shutdown } = recorded(scheduler, 0);
      expectObservable(hot('---z-|', events).pipe(shutdown)).toBe('---(z|)', values);
      return calls;
    });
    expect(calls).to.deep.equal(['order 0', 'kill 0']);
  });

  for (const grace of [Infinity, LONGEST_TIMER + 1, Number.MAX_SAFE_INTEGER]) {
    it(`never kills if the grace is ${grace}`, () => {
      const calls = callsOf(({ hot, expectObservable }, scheduler) => {
        const { calls, shutdown } = recorded(scheduler, grace);
        // 100,000 minutes are longer than the longest timer.
        const source = hot('q 100000m z-|', events);
        const expected = '  - 100000m (z|)';
        expectObservable(source.pipe(shutdown)).toBe(expected, values);
        return calls;
      });
      expect(calls).to.deep.equal(['order 0']);
    });
  }

  it('kills after the longest delay of a timer', () => {
    const calls = callsOf(({ hot, expectObservable }, scheduler) => {
      const { calls, shutdown } = recorded(scheduler, LONGEST_TIMER);
      const source = hot('q 100000m z-|', events);
      const expected = '  - 100000m (z|)';
      expectObservable(source.pipe(shutdown)).toBe(expected, values);
      return calls;
    });
    expect(calls).to.deep.equal(['order 0', 'kill 2147483647']);
  });

  it('never emits if the child never ends, and kills it once', () => {
    const calls = callsOf(({ hot, expectObservable }, scheduler) => {
      const { calls, shutdown } = recorded(scheduler, 5);
      expectObservable(hot('-', events).pipe(shutdown)).toBe('-');
      return calls;
    });
    expect(calls).to.deep.equal(['order 0', 'kill 5']);
  });

  it('completes empty with a source that completes without an exit, and cancels the pending kill', () => {
    const calls = callsOf(({ cold, expectObservable }, scheduler) => {
      const { calls, shutdown } = recorded(scheduler, 5);
      expectObservable(cold('--|', events).pipe(shutdown)).toBe('--|');
      return calls;
    });
    expect(calls).to.deep.equal(['order 0']);
  });

  it('errors with its source, and cancels the pending kill', () => {
    const calls = callsOf(({ hot, expectObservable }, scheduler) => {
      const { calls, shutdown } = recorded(scheduler, 5);
      expectObservable(hot('r-q-#', events).pipe(shutdown)).toBe('----#');
      return calls;
    });
    expect(calls).to.deep.equal(['order 0']);
  });

  it('cancels the pending kill when it is unsubscribed early', () => {
    const calls = callsOf(({ hot, expectObservable, expectSubscriptions }, scheduler) => {
      const { calls, shutdown } = recorded(scheduler, 5);
      const source = hot('r-q-------z-|', events);
      const subs = '      ^---!';
      const expected = '  -----';
      expectObservable(source.pipe(shutdown), subs).toBe(expected);
      expectSubscriptions(source.subscriptions).toBe(subs);
      return calls;
    });
    expect(calls).to.deep.equal(['order 0']);
  });

  it('emits the ExitStatus at once to a late subscriber, and does not kill', () => {
    const calls = callsOf(({ hot, expectObservable }, scheduler) => {
      const { calls, shutdown } = recorded(scheduler, 0);
      const source$ = journalled(hot('s-q-z-|', events));
      const late = '                  --------^';
      const expected = '              --------(z|)';
      expectObservable(source$.pipe(shutdown), late).toBe(expected, values);
      return calls;
    });
    expect(calls).to.deep.equal(['order 8']);
  });
});
