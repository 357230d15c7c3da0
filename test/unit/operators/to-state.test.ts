/** toState: the states of a child. */
import { toState } from '../../../src/operators/to-state';
import { events, journalled, marbles } from '../support';

const states = { c: 'created', s: 'starting', r: 'running', q: 'stopping', x: 'exited' };

describe('toState', () => {
  it("emits 'created' at once, then each state that an event leads to, each once", () => {
    marbles(({ hot, expectObservable }) => {
      const source = hot('-s-p-r-m-v-q-q-x-|', events);
      const expected = '  cs---r-----q---x-|';
      expectObservable(source.pipe(toState())).toBe(expected, states);
    });
  });

  it('stays at created over a source that never emits', () => {
    marbles(({ hot, expectObservable }) => {
      expectObservable(hot('-', events).pipe(toState())).toBe('c', states);
    });
  });

  it('completes with an empty source', () => {
    marbles(({ cold, expectObservable }) => {
      expectObservable(cold('--|', events).pipe(toState())).toBe('c-|', states);
    });
  });

  it('goes from created to exited where no process was made', () => {
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

  it('lets go of its source when it is unsubscribed early', () => {
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const source = hot('-s-p-r-x-|', events);
      const subs = '      ^---!';
      const expected = '  cs---';
      expectObservable(source.pipe(toState()), subs).toBe(expected, states);
      expectSubscriptions(source.subscriptions).toBe(subs);
    });
  });

  it('leads a late subscriber through the states so far', () => {
    marbles(({ hot, expectObservable }) => {
      const source$ = journalled(hot('s-p-r------q-x-|', events));
      const late = '                  ------^';
      const expected = '              ------(csr)q-x-|';
      expectObservable(source$.pipe(toState()), late).toBe(expected, states);
    });
  });
});
