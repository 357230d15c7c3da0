/** whenExited: waits until a child has exited. */
import { whenExited } from '../../../src/operators/when-exited';
import { completed, events, failed, journalled, marbles } from '../support';

const values = { x: completed, y: failed };

describe('whenExited', () => {
  it('emits the ExitStatus and completes, whatever the source does then', () => {
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const source = hot('s-p-r-x---y|', events);
      const expected = '  ------(x|)';
      const subs = '      ^-----!';
      expectObservable(source.pipe(whenExited())).toBe(expected, values);
      expectSubscriptions(source.subscriptions).toBe(subs);
    });
  });

  it('emits, and does not error, after a failure', () => {
    marbles(({ hot, expectObservable }) => {
      const source = hot('s-f-y-|', events);
      const expected = '  ----(y|)';
      expectObservable(source.pipe(whenExited())).toBe(expected, values);
    });
  });

  it('never emits if the child never ends', () => {
    marbles(({ hot, expectObservable }) => {
      expectObservable(hot('s-p-r-m-v-q-', events).pipe(whenExited())).toBe('-');
    });
  });

  it('completes with an empty source', () => {
    marbles(({ cold, expectObservable }) => {
      expectObservable(cold('--|', events).pipe(whenExited())).toBe('--|');
    });
  });

  it('errors with its source', () => {
    marbles(({ hot, expectObservable }) => {
      expectObservable(hot('s-p-#', events).pipe(whenExited())).toBe('----#');
    });
  });

  it('unsubscribes from its source when it is unsubscribed early', () => {
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const source = hot('s-p-r-x-|', events);
      const subs = '      ^---!';
      const expected = '  -----';
      expectObservable(source.pipe(whenExited()), subs).toBe(expected);
      expectSubscriptions(source.subscriptions).toBe(subs);
    });
  });

  it('emits at once to a late subscriber', () => {
    marbles(({ hot, expectObservable }) => {
      const source$ = journalled(hot('s-p-x-|', events));
      const late = '                  --------^';
      const expected = '              --------(x|)';
      expectObservable(source$.pipe(whenExited()), late).toBe(expected, values);
    });
  });
});
