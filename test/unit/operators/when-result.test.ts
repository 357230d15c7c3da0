/** whenResult: waits for the result of `run`. */
import type { SubprocessEvent } from '../../../src/model/events';
import { whenResult } from '../../../src/operators/when-result';
import { events, journalled, marbles, startError } from '../support';

const values = { v: 42 };

describe('whenResult', () => {
  it('emits the result as soon as it arrives, before the exit, and completes', () => {
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const source = hot('s-p-r-m-v---x-|', events);
      const expected = '  --------(v|)';
      const subs = '      ^-------!';
      expectObservable(source.pipe(whenResult())).toBe(expected, values);
      expectSubscriptions(source.subscriptions).toBe(subs);
    });
  });

  it('emits a result that is undefined', () => {
    marbles(({ hot, expectObservable }) => {
      const source = hot<SubprocessEvent>('--u-x-|', { ...events, u: { at: 0, type: 'result', value: undefined } });
      const expected = '  --(u|)';
      expectObservable(source.pipe(whenResult())).toBe(expected, { u: undefined });
    });
  });

  it('errors with the failure that the child reported, before the exit', () => {
    marbles(({ hot, expectObservable }) => {
      const source = hot('s-p-r-f---y-|', events);
      const expected = '  ------#';
      expectObservable(source.pipe(whenResult())).toBe(expected, undefined, startError);
    });
  });

  it('errors with the error of the ExitStatus', () => {
    marbles(({ hot, expectObservable }) => {
      const source = hot('s-p-r-y-|', events);
      const expected = '  ------#';
      expectObservable(source.pipe(whenResult())).toBe(expected, undefined, startError);
    });
  });

  it('completes empty if the child was stopped without a result', () => {
    marbles(({ hot, expectObservable }) => {
      const source = hot('s-p-r-q-z--|', events);
      const expected = '  --------|';
      expectObservable(source.pipe(whenResult())).toBe(expected);
    });
  });

  it('never emits if the child never returns', () => {
    marbles(({ hot, expectObservable }) => {
      expectObservable(hot('s-p-r-m-i-q-', events).pipe(whenResult())).toBe('-');
    });
  });

  it('completes with an empty source', () => {
    marbles(({ cold, expectObservable }) => {
      expectObservable(cold('--|', events).pipe(whenResult())).toBe('--|');
    });
  });

  it('errors with its source', () => {
    marbles(({ hot, expectObservable }) => {
      expectObservable(hot('s-p-#', events).pipe(whenResult())).toBe('----#');
    });
  });

  it('unsubscribes from its source when it is unsubscribed early', () => {
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const source = hot('s-p-r-v-|', events);
      const subs = '      ^---!';
      const expected = '  -----';
      expectObservable(source.pipe(whenResult()), subs).toBe(expected);
      expectSubscriptions(source.subscriptions).toBe(subs);
    });
  });

  it('emits the result, errors or completes empty for a late subscriber', () => {
    marbles(({ hot, expectObservable }) => {
      const late = '                                     ---------^';
      const result$ = journalled(hot('s-v-x-|', events)).pipe(whenResult());
      const failure$ = journalled(hot('s-f-y-|', events)).pipe(whenResult());
      const stop$ = journalled(hot('s-q-z-|', events)).pipe(whenResult());
      expectObservable(result$, late).toBe('             ---------(v|)', values);
      expectObservable(failure$, late).toBe('            ---------#', undefined, startError);
      expectObservable(stop$, late).toBe('               ---------|');
    });
  });
});
