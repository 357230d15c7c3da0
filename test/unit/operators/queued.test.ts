/** queued: lets values wait until there is a subscriber. */
import { expect } from 'chai';
import { firstValueFrom, type Observable, Subject, take } from 'rxjs';
import { queued } from '../../../src/queue/queued';
import { marbles } from '../support';

const config = { limit: 100, onOverflow: () => {} };

/** A queue over a subject, with values that wait. */
function queueOf<T>(...waiting: T[]) {
  const source = new Subject<T>();
  const queue$ = queued(source, config);
  for (const value of waiting) source.next(value);
  return { source, queue$ };
}

/** Subscribes, and records what is emitted. */
function seenBy<T>(source$: Observable<T>) {
  const seen: unknown[] = [];
  const subscription = source$.subscribe({
    next: value => seen.push(value),
    error: error => seen.push(`error ${error}`),
    complete: () => seen.push('complete'),
  });
  return { seen, subscription };
}

describe('queued', () => {
  it('passes values on while somebody is subscribed', () => {
    marbles(({ hot, expectObservable }) => {
      const source = hot('-a-b-c-|');
      const expected = '  -a-b-c-|';
      expectObservable(queued(source, config)).toBe(expected);
    });
  });

  it('never emits if its source never does', () => {
    marbles(({ hot, expectObservable }) => {
      expectObservable(queued(hot('-'), config)).toBe('-');
    });
  });

  it('completes with an empty source', () => {
    marbles(({ hot, expectObservable }) => {
      expectObservable(queued(hot('--|'), config)).toBe('--|');
    });
  });

  it('errors with its source', () => {
    marbles(({ hot, expectObservable }) => {
      const source = hot('-a-#');
      const expected = '  -a-#';
      expectObservable(queued(source, config)).toBe(expected);
    });
  });

  it('stays subscribed to its source when a subscriber goes, and keeps the values for the next one', () => {
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const source = hot('-a-b-c-d------e-|');
      const subs = '      ^---------------!';
      const early = '     ^---!';
      const next = '      ---------^';
      const queue$ = queued(source, config);
      expectObservable(queue$, early).toBe('-a-b-');
      expectObservable(queue$, next).toBe(' ---------(cd)-e-|');
      expectSubscriptions(source.subscriptions).toBe(subs);
    });
  });

  it('emits the waiting values to a late subscriber, then those that arrive', () => {
    marbles(({ hot, expectObservable }) => {
      const source = hot('a-b-c------d-|');
      const late = '      -----^';
      const expected = '  -----(abc)-d-|';
      expectObservable(queued(source, config), late).toBe(expected);
    });
  });

  it('completes, or errors, after the waiting values', () => {
    marbles(({ hot, expectObservable }) => {
      const late = '                                        ------^';
      expectObservable(queued(hot('a-b-|'), config), late).toBe('------(ab|)');
      expectObservable(queued(hot('a-b-#'), config), late).toBe('------(ab#)');
    });
  });

  it('gives two values to two calls of firstValueFrom', async () => {
    const { queue$ } = queueOf('one', 'two');
    expect(await firstValueFrom(queue$)).to.equal('one');
    expect(await firstValueFrom(queue$)).to.equal('two');
  });

  it('gives the next value to firstValueFrom if none waits', async () => {
    const { source, queue$ } = queueOf<number>();
    const first = firstValueFrom(queue$);
    source.next(1);
    source.next(2);
    expect(await first).to.equal(1);
    expect(await firstValueFrom(queue$)).to.equal(2);
  });

  it('keeps the values that a subscriber leaves, even if the source has completed', () => {
    const { source, queue$ } = queueOf(1, 2, 3);
    source.complete();
    expect(seenBy(queue$.pipe(take(1))).seen).to.deep.equal([1, 'complete']);
    expect(seenBy(queue$).seen).to.deep.equal([2, 3, 'complete']);
    expect(seenBy(queue$).seen).to.deep.equal(['complete']);
  });

  it('multicasts to all subscribers, and replays nothing to a further one', () => {
    const { source, queue$ } = queueOf(1);
    const first = seenBy(queue$);
    const second = seenBy(queue$);
    source.next(2);
    const third = seenBy(queue$);
    source.next(3);
    expect([first.seen, second.seen, third.seen]).to.deep.equal([[1, 2, 3], [2, 3], [3]]);
  });

  it('drops the oldest values beyond its limit, and calls onOverflow for each', () => {
    const source = new Subject<number>();
    let overflows = 0;
    const queue$ = queued(source, { limit: 3, onOverflow: () => overflows++ });
    for (const value of [1, 2, 3]) source.next(value);
    expect(overflows).to.equal(0);
    for (const value of [4, 5]) source.next(value);
    const { seen, subscription } = seenBy(queue$);
    expect(seen).to.deep.equal([3, 4, 5]);
    subscription.unsubscribe();
    for (const value of [6, 7, 8, 9]) source.next(value);
    expect(seenBy(queue$).seen).to.deep.equal([7, 8, 9]);
    expect(overflows).to.equal(3);
  });

  it('has no limit while there is a subscriber', () => {
    const source = new Subject<number>();
    const queue$ = queued(source, { limit: 1, onOverflow: () => expect.fail('nothing waits') });
    const { seen } = seenBy(queue$);
    for (const value of [1, 2, 3]) source.next(value);
    expect(seen).to.deep.equal([1, 2, 3]);
  });

  it('multicasts the waiting values to a subscriber, and to one that it adds in next()', () => {
    const { source, queue$ } = queueOf(1, 2, 3);
    const inner: unknown[] = [];
    const outer: unknown[] = [];
    queue$.subscribe(value => {
      outer.push(value);
      if (value === 1) queue$.subscribe(later => inner.push(later));
    });
    source.next(4);
    expect({ outer, inner }).to.deep.equal({ outer: [1, 2, 3, 4], inner: [2, 3, 4] });
  });

  it('stops when a subscriber unsubscribes in next()', () => {
    const { source, queue$ } = queueOf(1, 2, 3);
    expect(seenBy(queue$.pipe(take(2))).seen).to.deep.equal([1, 2, 'complete']);
    const seen: number[] = [];
    const subscription = queue$.subscribe(value => {
      seen.push(value);
      if (value === 4) subscription.unsubscribe();
    });
    source.next(4);
    source.next(5);
    expect(seen).to.deep.equal([3, 4]);
    expect(seenBy(queue$).seen).to.deep.equal([5]);
  });

  it('keeps the order if next() makes the source emit', () => {
    const { source, queue$ } = queueOf(1, 2);
    const seen: number[] = [];
    queue$.subscribe(value => {
      seen.push(value);
      if (value === 1) source.next(3);
      if (value === 3) source.next(4);
    });
    source.next(5);
    expect(seen).to.deep.equal([1, 2, 3, 4, 5]);
  });
});
