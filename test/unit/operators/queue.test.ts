/** StreamQueue: iterated, and subscribed to in unusual ways; queued.test.ts has the usual ways. */
import { expect } from 'chai';
import { EMPTY, firstValueFrom, forkJoin, Subscriber, take } from 'rxjs';
import { StreamQueue } from '../../../src/queue/stream-queue';
import { poll } from '../../support/poll';

type IteratorReturn = Promise<IteratorResult<number, undefined>>;

const hooks = { begin() {}, consumed() {}, end() {} };

const queueOf = (...waiting: number[]) => {
  const queue = new StreamQueue<number>({ limit: 3, onOverflow: () => {} });
  for (const value of waiting) queue.next(value);
  return queue;
};

describe('StreamQueue, iterated', () => {
  it('returns the values that wait, then those that arrive, and ends when the queue does', async () => {
    const queue = queueOf(1, 2);
    const seen: number[] = [];
    const reading = (async () => {
      for await (const value of queue.iterate(hooks)) seen.push(value);
    })();
    await Promise.resolve();
    queue.next(3);
    queue.complete();
    await reading;
    expect(seen).to.deep.equal([1, 2, 3]);
  });

  it('loses no value that arrives between two steps', async () => {
    const queue = queueOf();
    const values = queue.iterate(hooks);
    const first = values.next();
    for (let at = 0; at < 5_000; at++) queue.next(at);
    queue.complete();
    const seen = [(await first).value];
    for await (const value of values) seen.push(value);
    expect(seen).to.deep.equal(Array.from({ length: 5_000 }, (_, at) => at));
  });

  it('calls consumed() for each value when the next one is asked for', async () => {
    const queue = queueOf(1, 2);
    let consumed = 0;
    const values = queue.iterate({
      ...hooks,
      consumed() {
        consumed += 1;
      },
    });
    await values.next();
    expect(consumed).to.equal(0);
    await values.next();
    expect(consumed).to.equal(1);
  });

  it('leaves the unread values to the next subscriber if the loop is left', async () => {
    const queue = queueOf(1, 2);
    for await (const value of queue.iterate(hooks)) {
      if (value === 1) for (const more of [3, 4, 5]) queue.next(more);
      if (value === 2) break;
    }
    const unread: number[] = [];
    queue.value$.subscribe(value => unread.push(value));
    expect(unread).to.deep.equal([3, 4, 5]);
  });

  it('throws the error of the queue, after the values before it', async () => {
    const queue = queueOf(1);
    const values = queue.iterate(hooks);
    const reading = values.next();
    queue.error(new Error('broken'));
    expect((await reading).value).to.equal(1);
    const error = await values.next().catch(reason => reason);
    expect(error).to.have.property('message', 'broken');
  });

  it('ends at once if it is left while it waits for a value', async () => {
    const queue = queueOf();
    let ends = 0;
    const values = queue.iterate({
      ...hooks,
      end() {
        ends += 1;
      },
    });
    const waiting = values.next();
    expect(await values.return()).to.deep.equal({ value: undefined, done: true });
    expect(await waiting).to.deep.equal({ value: undefined, done: true });
    expect(await values.next()).to.deep.equal({ value: undefined, done: true });
    expect(ends).to.equal(1);
    queue.next(7);
    const unread: number[] = [];
    queue.value$.subscribe(value => unread.push(value));
    expect(unread).to.deep.equal([7]);
  });

  for (const [what, end] of [
    ['a value', (queue: StreamQueue<number>) => queue.next(1)],
    ['an error', (queue: StreamQueue<number>) => queue.error(new Error('broken'))],
  ] as const) {
    it(`ignores ${what} if another observer has called return()`, async () => {
      const queue = queueOf();
      let returned: IteratorReturn | undefined;
      queue.value$.subscribe({ next: () => leave(), error: () => leave() });
      const values = queue.iterate(hooks);
      const leave = () => {
        returned = values.return();
      };
      const waiting = values.next();
      end(queue);
      expect(returned).to.not.equal(undefined);
      expect(await waiting).to.deep.equal({ value: undefined, done: true });
      expect(await values.next()).to.deep.equal({ value: undefined, done: true });
    });
  }
});

describe('StreamQueue, listened to', () => {
  it('passes on the values that wait, then those that arrive, until the returned function is called', () => {
    const queue = queueOf(1, 2);
    const seen: number[] = [];
    const stop = queue.listen(value => seen.push(value));
    queue.next(3);
    stop();
    queue.next(4);
    expect(seen).to.deep.equal([1, 2, 3]);
    queue.listen(value => seen.push(value));
    expect(seen).to.deep.equal([1, 2, 3, 4]);
    queue.complete();
  });

  it('reports what a listener throws as uncaught, and goes on', async () => {
    const queue = queueOf(1, 2);
    const seen: number[] = [];
    const others = process.listeners('uncaughtException');
    process.removeAllListeners('uncaughtException');
    const uncaught: unknown[] = [];
    process.on('uncaughtException', error => uncaught.push(error));
    try {
      queue.listen(value => {
        seen.push(value);
        throw new Error(`thrown for ${value}`);
      });
      queue.next(3);
      await poll('all are reported', () => uncaught.length === 3);
    } finally {
      process.removeAllListeners('uncaughtException');
      for (const listener of others) process.on('uncaughtException', listener);
    }
    expect(seen).to.deep.equal([1, 2, 3]);
    expect(uncaught.map(error => (error as Error).message)).to.deep.equal(
      [1, 2, 3].map(value => `thrown for ${value}`),
    );
  });
});

describe('StreamQueue, subscribed', () => {
  it('passes a value to those who were subscribed when it arrived and still are', () => {
    const queue = queueOf();
    const seen: string[] = [];
    const record = (name: string) => (value: number) => void seen.push(`${name} ${value}`);
    queue.value$.subscribe(value => {
      record('first')(value);
      second.unsubscribe();
      if (value === 1) queue.value$.subscribe(record('third'));
    });
    const second = queue.value$.subscribe(record('second'));
    queue.next(1);
    queue.next(2);
    expect(seen).to.deep.equal(['first 1', 'first 2', 'third 2']);
  });

  it('passes the waiting values to those who subscribe meanwhile, too', () => {
    const queue = queueOf(1, 2, 3);
    const [first, second]: [number[], (number | string)[]] = [[], []];
    queue.value$.subscribe(value => {
      first.push(value);
      if (value === 1) {
        queue.value$.subscribe({ next: joined => second.push(joined), complete: () => second.push('end') });
        // This value follows the waiting values.
        queue.next(4);
        queue.complete();
      }
    });
    expect(first).to.deep.equal([1, 2, 3, 4]);
    expect(second).to.deep.equal([2, 3, 4, 'end']);
  });

  it('keeps the remaining values if the last subscriber unsubscribes while it gets them', async () => {
    const queue = queueOf(1, 2, 3);
    const seen: number[] = [];
    queue.value$.pipe(take(2)).subscribe(value => seen.push(value));
    expect(seen).to.deep.equal([1, 2]);
    expect(await firstValueFrom(queue.value$)).to.equal(3);
  });

  it('passes no value to a subscriber that is already closed, as forkJoin may do', () => {
    const queue = queueOf(1, 2);
    forkJoin([EMPTY, queue.value$]).subscribe();
    queue.next(3);
    const unread: number[] = [];
    queue.value$.subscribe(value => unread.push(value));
    expect(unread).to.deep.equal([1, 2, 3]);
  });

  it('still works if an observer throws while it gets the waiting values', () => {
    const queue = queueOf(1, 2);
    const listener = new Subscriber<number>();
    // RxJS catches what an observer throws, but not what a custom Subscriber throws.
    listener.next = () => {
      throw new Error('mine');
    };
    expect(() => queue.value$.subscribe(listener)).to.throw('mine');
    listener.unsubscribe();
    queue.next(3);
    const unread: number[] = [];
    queue.value$.subscribe(value => unread.push(value));
    expect(unread).to.deep.equal([2, 3]);
  });

  it('passes the waiting values to a loop that begins meanwhile, too', async () => {
    const queue = queueOf(1, 2, 3);
    const first: number[] = [];
    const values = queue.iterate(hooks);
    let second: IteratorReturn | undefined;
    queue.value$.subscribe(value => {
      first.push(value);
      second ??= values.next();
    });
    queue.complete();
    expect(first).to.deep.equal([1, 2, 3]);
    expect(await second).to.deep.equal({ value: 2, done: false });
    expect((await values.next()).value).to.equal(3);
    expect((await values.next()).done).to.equal(true);
  });

  it('ends only once, and completes at once for late subscribers', () => {
    const queue = queueOf();
    const seen: string[] = [];
    const subscribe = () =>
      queue.value$.subscribe({ error: () => seen.push('error'), complete: () => seen.push('complete') });
    subscribe();
    queue.complete();
    queue.error(new Error('too late'));
    subscribe();
    expect(seen).to.deep.equal(['complete', 'complete']);
  });
});
