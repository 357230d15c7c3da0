/** whenReady: waits until a child is ready. */
import { ExitError } from '../../../src/model/errors';
import { whenReady } from '../../../src/operators/when-ready';
import { completed, events, journalled, marbles, startError, stopped } from '../support';

const values = { r: undefined };

describe('whenReady', () => {
  it('emits void once and completes when the child is ready', () => {
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const source = hot('s-p-r---m-x-|', events);
      const expected = '  ----(r|)';
      const subs = '      ^---!';
      expectObservable(source.pipe(whenReady())).toBe(expected, values);
      expectSubscriptions(source.subscriptions).toBe(subs);
    });
  });

  it('never emits if the child never gets ready', () => {
    marbles(({ hot, expectObservable }) => {
      expectObservable(hot('s-p-m-f-q-', events).pipe(whenReady())).toBe('-');
    });
  });

  it('completes with an empty source', () => {
    marbles(({ cold, expectObservable }) => {
      expectObservable(cold('--|', events).pipe(whenReady())).toBe('--|');
    });
  });

  it('errors with the error of the ExitStatus if the child exits first', () => {
    marbles(({ hot, expectObservable }) => {
      const source = hot('s-p-f-y-|', events);
      const expected = '  ------#';
      expectObservable(source.pipe(whenReady())).toBe(expected, undefined, startError);
    });
  });

  it('errors with an ExitError if the child exits first without an error', () => {
    marbles(({ hot, expectObservable }) => {
      const wasStopped = new ExitError('Task was stopped before it was ready', stopped, stopped);
      const hasEnded = new ExitError('Task ended before it was ready', completed, completed);
      expectObservable(hot('s-q-z-|', events).pipe(whenReady())).toBe('----#', undefined, wasStopped);
      expectObservable(hot('s-p-x-|', events).pipe(whenReady())).toBe('----#', undefined, hasEnded);
    });
  });

  it('emits even if the child is stopping', () => {
    marbles(({ hot, expectObservable }) => {
      const source = hot('s-q-r-z-|', events);
      const expected = '  ----(r|)';
      expectObservable(source.pipe(whenReady())).toBe(expected, values);
    });
  });

  it('errors with its source', () => {
    marbles(({ hot, expectObservable }) => {
      expectObservable(hot('s-p-#', events).pipe(whenReady())).toBe('----#');
    });
  });

  it('unsubscribes from its source when it is unsubscribed early', () => {
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const source = hot('s-p-r-|', events);
      const subs = '      ^--!';
      const expected = '  ----';
      expectObservable(source.pipe(whenReady()), subs).toBe(expected);
      expectSubscriptions(source.subscriptions).toBe(subs);
    });
  });

  it('emits at once to a late subscriber, even after the exit', () => {
    marbles(({ hot, expectObservable }) => {
      const source$ = journalled(hot('s-p-r-x-|', events));
      const running = '               -----^';
      const over = '                  ----------^';
      expectObservable(source$.pipe(whenReady()), running).toBe('-----(r|)', values);
      expectObservable(source$.pipe(whenReady()), over).toBe('   ----------(r|)', values);
    });
  });

  it('errors at once for a late subscriber if the child never got ready', () => {
    marbles(({ hot, expectObservable }) => {
      const source$ = journalled(hot('s-f-y-|', events));
      const late = '                  --------^';
      expectObservable(source$.pipe(whenReady()), late).toBe('--------#', undefined, startError);
    });
  });
});
