/** ofType: keeps the events of one type. */
import { ofType } from '../../../src/operators/of-type';
import { events, journalled, marbles } from '../support';

describe('ofType', () => {
  it('keeps the events of its type, and completes with its source', () => {
    marbles(({ hot, expectObservable }) => {
      const source = hot('s-m-r-n-x-|', events);
      const expected = '  --m---n---|';
      expectObservable(source.pipe(ofType('message'))).toBe(expected, events);
    });
  });

  it('never emits if its source never does', () => {
    marbles(({ hot, expectObservable }) => {
      expectObservable(hot('-', events).pipe(ofType('message'))).toBe('-');
    });
  });

  it('completes with an empty source', () => {
    marbles(({ cold, expectObservable }) => {
      expectObservable(cold('--|', events).pipe(ofType('ready'))).toBe('--|');
    });
  });

  it('errors with its source', () => {
    marbles(({ hot, expectObservable }) => {
      const source = hot('s-m-#', events);
      const expected = '  --m-#';
      expectObservable(source.pipe(ofType('message'))).toBe(expected, events);
    });
  });

  it('unsubscribes from its source when it is unsubscribed early', () => {
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const source = hot('s-m-n-m-|', events);
      const subs = '      ^----!   ';
      const expected = '  --m-n----';
      expectObservable(source.pipe(ofType('message')), subs).toBe(expected, events);
      expectSubscriptions(source.subscriptions).toBe(subs);
    });
  });

  it('emits past lifecycle events, but no past messages, to a late subscriber', () => {
    marbles(({ hot, expectObservable }) => {
      const source$ = journalled(hot('s-r-m-n-|', events));
      const late = '                  -----^';
      expectObservable(source$.pipe(ofType('ready')), late).toBe('  -----r--|', events);
      expectObservable(source$.pipe(ofType('message')), late).toBe('------n-|', events);
    });
  });
});
