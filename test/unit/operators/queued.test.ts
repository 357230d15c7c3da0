/** queued: values wait until somebody subscribes. */
import { expect } from 'chai';
import { firstValueFrom, type Observable, Subject, take } from 'rxjs';
import { queued } from '../../../src/queue/queued';
import { marbles } from '../support';

const roomy = { limit: 100, onOverflow: () => {} };

/** A queue over a subject, with what waits in it already. */
function queueOf<T>(...waiting: T[]) {
  const source = new Subject<T>();
  const queue$ = queued(source, roomy);
  for (const value of waiting) source.next(value);
  return { source, queue$ };
}

/** What a subscriber sees, written as it comes. */
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
      expectObservable(queued(source, roomy)).toBe(expected);
    });
  });

  it('never emits over a source that never does', () => {
    marbles(({ hot, expectObservable }) => {
      expectObservable(queued(hot('-'), roomy)).toBe('-');
    });
  });

  it('completes with an empty source', () => {
    marbles(({ hot, expectObservable }) => {
      expectObservable(queued(hot('--|'), roomy)).toBe('--|');
    });
  });

  it('errors with its source', () => {
    marbles(({ hot, expectObservable }) => {
      const source = hot('-a-#');
      const expected = '  -a-#';
      expectObservable(queued(source, roomy)).toBe(expected);
    });
  });

  it('keeps its source when a subscriber goes early, and what comes then waits for the next one', () => {
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const source = hot('-a-b-c-d------e-|');
      const subs = '      ^---------------!';
      const early = '     ^---!';
      const next = '      ---------^';
      const queue$ = queued(source, roomy);
      expectObservable(queue$, early).toBe('-a-b-');
      expectObservable(queue$, next).toBe(' ---------(cd)-e-|');
      expectSubscriptions(source.subscriptions).toBe(subs);
    });
  });

  it('gives a late subscriber what waits, then what comes', () => {
    marbles(({ hot, expectObservable }) => {
      const source = hot('a-b-c------d-|');
      const late = '      -----^';
      const expected = '  -----(abc)-d-|';
      expectObservable(queued(source, roomy), late).toBe(expected);
    });
  });

  it('completes, or errors, once what waits is taken', () => {
    marbles(({ hot, expectObservable }) => {
      const late = '                                        ------^';
      expectObservable(queued(hot('a-b-|'), roomy), late).toBe('------(ab|)');
      expectObservable(queued(hot('a-b-#'), roomy), late).toBe('------(ab#)');
    });
  });

  it('gives two calls of firstValueFrom two values', async () => {
    const { queue$ } = queueOf('one', 'two');
    expect(await firstValueFrom(queue$)).to.equal('one');
    expect(await firstValueFrom(queue$)).to.equal('two');
  });

  it('gives a call of firstValueFrom the value that comes afterwards, where nothing waits', async () => {
    const { source, queue$ } = queueOf<number>();
    const first = firstValueFrom(queue$);
    source.next(1);
    source.next(2);
    expect(await first).to.equal(1);
    expect(await firstValueFrom(queue$)).to.equal(2);
  });

  it('leaves what a subscriber does not take, also when the source has completed', () => {
    const { source, queue$ } = queueOf(1, 2, 3);
    source.complete();
    expect(seenBy(queue$.pipe(take(1))).seen).to.deep.equal([1, 'complete']);
    expect(seenBy(queue$).seen).to.deep.equal([2, 3, 'complete']);
    expect(seenBy(queue$).seen).to.deep.equal(['complete']);
  });

  it('multicasts to all who are subscribed, and replays nothing to one more', () => {
    const { source, queue$ } = queueOf(1);
    const first = seenBy(queue$);
    const second = seenBy(queue$);
    source.next(2);
    const third = seenBy(queue$);
    source.next(3);
    expect([first.seen, second.seen, third.seen]).to.deep.equal([[1, 2, 3], [2, 3], [3]]);
  });

  it('lets the oldest go at its limit, and tells of each', () => {
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

  it('keeps any number of values for a subscriber that is there', () => {
    const source = new Subject<number>();
    const queue$ = queued(source, { limit: 1, onOverflow: () => expect.fail('nothing waits') });
    const { seen } = seenBy(queue$);
    for (const value of [1, 2, 3]) source.next(value);
    expect(seen).to.deep.equal([1, 2, 3]);
  });

  it('multicasts what waits, too, to a subscriber and the one that it subscribes inside next', () => {
    const { source, queue$ } = queueOf(1, 2, 3);
    const inner: unknown[] = [];
    const outer: unknown[] = [];
    queue$.subscribe(value => {
      outer.push(value);
      if (value === 1) queue$.subscribe(taken => inner.push(taken));
    });
    source.next(4);
    expect({ outer, inner }).to.deep.equal({ outer: [1, 2, 3, 4], inner: [2, 3, 4] });
  });

  it('stops at a subscriber that unsubscribes inside next', () => {
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

  it('keeps the order where next makes the source emit', () => {
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
