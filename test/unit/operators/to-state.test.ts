/** toState: folds events into states. */
import { toState } from '../../../src/operators/to-state';
import { events, journalled, marbles } from '../support';

const states = { c: 'created', s: 'starting', r: 'running', q: 'stopping', x: 'exited' };

describe('toState', () => {
  it("emits 'created' at once, then each change of the state", () => {
    marbles(({ hot, expectObservable }) => {
      const source = hot('-s-p-r-m-v-q-q-x-|', events);
      const expected = '  cs---r-----q---x-|';
      expectObservable(source.pipe(toState())).toBe(expected, states);
    });
  });

  it('stays at created if its source never emits', () => {
    marbles(({ hot, expectObservable }) => {
      expectObservable(hot('-', events).pipe(toState())).toBe('c', states);
    });
  });

  it('completes with an empty source', () => {
    marbles(({ cold, expectObservable }) => {
      expectObservable(cold('--|', events).pipe(toState())).toBe('c-|', states);
    });
  });

  it('goes from created to exited if no process was spawned', () => {
    marbles(({ hot, expectObservable }) => {
      const source = hot('--q-z-|', events);
      const expected = '  c---x-|';
      expectObservable(source.pipe(toState())).toBe(expected, states);
    });
  });

  it('errors with its source', () => {
    marbles(({ hot, expectObservable }) => {
      const source = hot('-s-#', events);
      const expected = '  cs-#';
      expectObservable(source.pipe(toState())).toBe(expected, states);
    });
  });

  it('unsubscribes from its source when it is unsubscribed early', () => {
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const source = hot('-s-p-r-x-|', events);
      const subs = '      ^---!';
      const expected = '  cs---';
      expectObservable(source.pipe(toState()), subs).toBe(expected, states);
      expectSubscriptions(source.subscriptions).toBe(subs);
    });
  });

  it('emits all states so far to a late subscriber', () => {
    marbles(({ hot, expectObservable }) => {
      const source$ = journalled(hot('s-p-r------q-x-|', events));
      const late = '                  ------^';
      const expected = '              ------(csr)q-x-|';
      expectObservable(source$.pipe(toState()), late).toBe(expected, states);
    });
  });
});
