/** Queue: values one by one; what a subscriber sees is in queued.test.ts. */
import { expect } from 'chai';
import { EMPTY, firstValueFrom, forkJoin, Subscriber, take } from 'rxjs';
import { StreamQueue } from '../../../src/queue/stream-queue';

type IteratorReturn = Promise<IteratorResult<number, undefined>>;

const hooks = { begin() {}, taken() {}, end() {} };

const queueOf = (...waiting: number[]) => {
  const queue = new StreamQueue<number>({ limit: 3, onOverflow: () => {} });
  for (const value of waiting) queue.next(value);
  return queue;
};

describe('Queue, iterated', () => {
  it('gives what waits, then what comes, and ends with the queue', async () => {
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

  it('loses nothing, however many come while one is worked on', async () => {
    const queue = queueOf();
    const values = queue.iterate(hooks);
    const first = values.next();
    for (let at = 0; at < 5_000; at++) queue.next(at);
    queue.complete();
    const seen = [(await first).value];
    for await (const value of values) seen.push(value);
    expect(seen).to.deep.equal(Array.from({ length: 5_000 }, (_, at) => at));
  });

  it('tells of each value once the next one is asked for', async () => {
    const queue = queueOf(1, 2);
    let taken = 0;
    const values = queue.iterate({
      ...hooks,
      taken() {
        taken += 1;
      },
    });
    await values.next();
    expect(taken).to.equal(0);
    await values.next();
    expect(taken).to.equal(1);
  });

  it('leaves the rest where a loop is left', async () => {
    const queue = queueOf(1, 2);
    for await (const value of queue.iterate(hooks)) {
      if (value === 1) for (const more of [3, 4, 5]) queue.next(more);
      if (value === 2) break;
    }
    const rest: number[] = [];
    queue.value$.subscribe(value => rest.push(value));
    expect(rest).to.deep.equal([3, 4, 5]);
  });

  it('throws what the queue errors with, after what came before', async () => {
    const queue = queueOf(1);
    const values = queue.iterate(hooks);
    const reading = values.next();
    queue.error(new Error('broken'));
    expect((await reading).value).to.equal(1);
    const error = await values.next().catch(reason => reason);
    expect(error).to.have.property('message', 'broken');
  });

  it('ends at once where it is left while nothing comes', async () => {
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
    const rest: number[] = [];
    queue.value$.subscribe(value => rest.push(value));
    expect(rest).to.deep.equal([7]);
  });

  for (const [what, end] of [
    ['a value', (queue: StreamQueue<number>) => queue.next(1)],
    ['an error', (queue: StreamQueue<number>) => queue.error(new Error('broken'))],
  ] as const) {
    it(`gives nothing of ${what} that another listener left it upon`, async () => {
      const queue = queueOf();
      let left: IteratorReturn | undefined;
      queue.value$.subscribe({ next: () => leave(), error: () => leave() });
      const values = queue.iterate(hooks);
      const leave = () => {
        left = values.return();
      };
      const waiting = values.next();
      end(queue);
      expect(left).to.not.equal(undefined);
      expect(await waiting).to.deep.equal({ value: undefined, done: true });
      expect(await values.next()).to.deep.equal({ value: undefined, done: true });
    });
  }
});

describe('Queue, subscribed', () => {
  it('tells a value to who was there when it came, and to none who has left since', () => {
    const queue = queueOf();
    const seen: string[] = [];
    const hear = (who: string) => (value: number) => void seen.push(`${who} ${value}`);
    queue.value$.subscribe(value => {
      hear('first')(value);
      second.unsubscribe();
      if (value === 1) queue.value$.subscribe(hear('third'));
    });
    const second = queue.value$.subscribe(hear('second'));
    queue.next(1);
    queue.next(2);
    expect(seen).to.deep.equal(['first 1', 'first 2', 'third 2']);
  });

  it('hands what waits to who joins meanwhile too, and takes it from nobody', () => {
    const queue = queueOf(1, 2, 3);
    const [first, second]: [number[], (number | string)[]] = [[], []];
    queue.value$.subscribe(value => {
      first.push(value);
      if (value === 1) {
        queue.value$.subscribe({ next: joined => second.push(joined), complete: () => second.push('end') });
        // What comes now comes after what waits.
        queue.next(4);
        queue.complete();
      }
    });
    expect(first).to.deep.equal([1, 2, 3, 4]);
    expect(second).to.deep.equal([2, 3, 4, 'end']);
  });

  it('leaves the rest where the last one leaves in the middle of it', async () => {
    const queue = queueOf(1, 2, 3);
    const taken: number[] = [];
    queue.value$.pipe(take(2)).subscribe(value => taken.push(value));
    expect(taken).to.deep.equal([1, 2]);
    expect(await firstValueFrom(queue.value$)).to.equal(3);
  });

  it('gives nothing to a subscriber that is closed already, as that of forkJoin may be', () => {
    const queue = queueOf(1, 2);
    forkJoin([EMPTY, queue.value$]).subscribe();
    queue.next(3);
    const rest: number[] = [];
    queue.value$.subscribe(value => rest.push(value));
    expect(rest).to.deep.equal([1, 2, 3]);
  });

  it('goes on for the others where one throws in the middle of what waits', () => {
    const queue = queueOf(1, 2);
    const listener = new Subscriber<number>();
    // RxJS catches what an observer throws, but not what an operator made by hand does.
    listener.next = () => {
      throw new Error('mine');
    };
    expect(() => queue.value$.subscribe(listener)).to.throw('mine');
    listener.unsubscribe();
    queue.next(3);
    const rest: number[] = [];
    queue.value$.subscribe(value => rest.push(value));
    expect(rest).to.deep.equal([2, 3]);
  });

  it('gives a loop that begins meanwhile a share, and takes it from nobody', async () => {
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

  it('ends once, for those who come later too', () => {
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
