/** Streams of items through a pool. */
import { statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { StartError, StateError } from 'offspring-rx';
import { mapInSubprocess, type Outcome, type WorkerClass, WorkerPool } from 'offspring-rx/pool';
import { EMPTY, firstValueFrom, from, lastValueFrom, NEVER, of, range, Subject, take, throwError, toArray } from 'rxjs';
import { fixture } from '../support/fixture';
import { listOf } from '../support/list-of';
import { itInFull, LONG, rows } from '../support/long';
import { poll } from '../support/poll';
import { isAlive } from '../support/processes';
import { temporaryFolder } from '../support/temporary';

const workers = fixture<typeof import('../fixtures/pool')>('pool');
const {
  Reusing,
  Adding,
  Counting,
  Crashing,
  DiesEarly,
  GivingMuch,
  Naming,
  Shaped,
  Sizing,
  Slicing,
  Throwing,
  Waiting,
} = workers;

const failureOf = (promise: Promise<unknown>): Promise<any> =>
  promise.then(
    value => expect.fail(`it resolved with ${String(value)}`),
    error => error,
  );

/** Counts how many items are pulled from it, and knows whether `return` was called. */
function pulled<Item = number>(count: number, itemOf = (at: number) => at as Item) {
  const seen = { pulled: 0, left: false };
  function* items() {
    try {
      for (let at = 0; at < count; at++) {
        seen.pulled += 1;
        yield itemOf(at);
      }
    } finally {
      seen.left = true;
    }
  }
  return { seen, numbers: items() };
}

/** Resolves with the number when it no longer rises. */
async function atRest(count: () => number): Promise<number> {
  let last = -1;
  await poll('nothing is added any more', async () => {
    await sleep(100);
    const isStill = last === count();
    last = count();
    return isStill;
  });
  return last;
}

const numbers = (count: number) => Array.from({ length: count }, (_, at) => at);
const plusOne = (count: number) => numbers(count).map(at => at + 1);

describe('items and outputs', () => {
  it('are copied when they are passed, so that one object can be reused', async () => {
    await using pool = new WorkerPool(Reusing, { workers: 1 });
    function* items() {
      const item = new Uint8Array(100_000);
      for (let at = 0; at < 4; at++) yield item.fill(at);
    }
    const outputs = (await listOf(pool.map(items()))).map(output => (output as Uint8Array)[0]);
    expect(outputs).to.deep.equal([0, 1, 2, 10, 11, 12, 20, 21, 22, 30, 31, 32]);
    const item = Buffer.alloc(100, 1);
    const all = pool.run(item);
    item.fill(9);
    expect((await all).map(output => (output as Uint8Array)[0])).to.deep.equal([10, 11, 12]);
  });
});

describe('pool.map()', () => {
  const folder = temporaryFolder();

  describe('takes its items from', () => {
    async function* lazily() {
      for (const at of numbers(100)) {
        if (at % 10 === 0) await sleep(1);
        yield at;
      }
    }
    const SOURCES: Record<string, () => any> = {
      'an Array': () => numbers(100),
      'a Set': () => new Set(numbers(100)),
      'a generator': () => pulled(100).numbers,
      'an async generator': () => lazily(),
      'an Observable': () => from(numbers(100)),
    };
    for (const [name, source] of rows(Object.entries(SOURCES), (_, at) => at === 4)) {
      it(`${name}, to be iterated ${LONG}`, async () => {
        await using pool = new WorkerPool(Adding, { workers: 2 });
        expect(await listOf(pool.map(source()))).to.deep.equal(plusOne(100));
      });
      it(`${name}, to be subscribed to ${LONG}`, async () => {
        await using pool = new WorkerPool(Adding, { workers: 2 });
        expect(await lastValueFrom(pool.map(source()).pipe(toArray()))).to.deep.equal(plusOne(100));
      });
    }

    itInFull(`another map ${LONG}`, async () => {
      await using pool = new WorkerPool(Adding, { workers: 2 });
      expect(await listOf(pool.map(pool.map(numbers(10))))).to.deep.equal(numbers(10).map(at => at + 2));
    });

    it('nothing', async () => {
      await using pool = new WorkerPool(Adding, { workers: 2 });
      expect(await listOf(pool.map([]))).to.deep.equal([]);
      expect(await listOf(pool.map(EMPTY))).to.deep.equal([]);
    });
  });

  it('refuses another source, and wrong options', async () => {
    await using pool = new WorkerPool(Adding, { workers: 1 });
    expect(() => pool.map(1 as never)).to.throw(StateError, 'map() takes an Iterable');
    expect(() => pool.map([], { ordered: 1 as never })).to.throw(StateError, 'ordered is 1: it must be true or false');
  });

  it('may be iterated again if its source may', async () => {
    await using pool = new WorkerPool(Adding, { workers: 1 });
    const mapped = pool.map([1, 2]);
    expect([await listOf(mapped), await listOf(mapped)]).to.deep.equal([
      [2, 3],
      [2, 3],
    ]);
  });

  itInFull(`works on 20,000 items, each once ${LONG}`, async () => {
    await using pool = new WorkerPool(Adding, { workers: 2 });
    expect(await listOf(pool.map(numbers(20_000)))).to.deep.equal(plusOne(20_000));
  });

  describe('gives outputs', () => {
    const DELAYS = [1_000, 1, 100, 2, 50, 3];

    it('in the order of their items', async () => {
      await using pool = new WorkerPool(Waiting, { workers: 2 });
      expect(await listOf(pool.map(DELAYS))).to.deep.equal(DELAYS);
    });

    it('as they are done, if ordered is false', async () => {
      await using pool = new WorkerPool(Waiting, { workers: 2, ordered: false });
      const list = await listOf(pool.map(DELAYS));
      expect(list).to.have.members(DELAYS);
      expect(list.at(0)).to.equal(1);
      expect(await listOf(pool.map([50, 1], { ordered: true }))).to.deep.equal([50, 1]);
    });

    itInFull(`of the same item together ${LONG}`, async () => {
      await using pool = new WorkerPool(Shaped, { workers: 2 });
      const shapes = ['asyncGenerator', 'none', 'generator', 'array', 'observable'];
      expect(await listOf(pool.map(shapes))).to.deep.equal(['c', 'd', 'a', 'b', [1, 2, 3], 'e', 'f']);
    });

    itInFull(
      `an output undefined for work that returns nothing, and none for a generator that yields none ${LONG}`,
      async () => {
        await using pool = new WorkerPool(Shaped, { workers: 2 });
        expect(await listOf(pool.map(['nothing', 'none', 'nothing']))).to.deep.equal([undefined, undefined]);
      },
    );
  });

  describe('pulls only as there is room', () => {
    it('for a consumer that takes no more', async () => {
      await using pool = new WorkerPool(Adding, { workers: 2 });
      const { seen, numbers } = pulled(1_000_000);
      const iterator = pool.map(numbers)[Symbol.asyncIterator]();
      expect(await iterator.next()).to.deep.equal({ value: 1, done: false });
      // The items that are pulled already are worked on. Then nothing happens any more.
      expect(await atRest(() => seen.pulled)).to.be.below(20_000);
      expect(await iterator.next()).to.deep.equal({ value: 2, done: false });
      await iterator.return?.();
      expect(seen.left).to.equal(true);
    });

    const MUCH: [kind: string, type: WorkerClass, item: (at: number) => unknown, most: number][] = [
      ['outputs of many bytes', GivingMuch, () => 'bytes', 1_000],
      ['outputs that are long texts', GivingMuch, () => 'text', 1_000],
      ['outputs with many rows', GivingMuch, () => 'rows', 1_000],
      ['outputs of some KB, each sent alone', GivingMuch, at => (at < 2 ? 'nothing, after a while' : 'page'), 5_000],
      ['items of many bytes', Sizing, () => new Uint8Array(200_000), 1_000],
    ];
    for (const [kind, type, item, most] of rows(MUCH, ([kind]) => /rows|alone/.test(kind))) {
      it(`few if they are large: ${kind} ${LONG}`, async () => {
        await using pool = new WorkerPool(type, { workers: 2 });
        const { seen, numbers } = pulled(1_000_000, item);
        const iterator = pool.map(numbers)[Symbol.asyncIterator]();
        for (let taken = 0; taken < 1_000; taken++) await iterator.next();
        expect((await atRest(() => seen.pulled)) - 1_000).to.be.below(most);
        await iterator.return?.();
      });
    }

    it('few large outputs of a generator, also after many small items', async () => {
      const file = folder.file('yields');
      await using pool = new WorkerPool(GivingMuch, { workers: 1, args: [file] });
      for await (const _ of pool.map(Array.from({ length: 5_000 }, () => 'nothing' as const)));
      const iterator = pool.map(['for ever'] as const)[Symbol.asyncIterator]();
      for (let taken = 0; taken < 100; taken++) await iterator.next();
      expect((await atRest(() => statSync(file).size / 'yields\n'.length)) - 100).to.be.below(100);
      await iterator.return?.();
    });

    it('also outputs of a generator each of which is as much as may be on its way', async () => {
      await using pool = new WorkerPool(Slicing, { workers: 1 });
      const sizes = (await listOf(pool.map([4, 1, 3]))).map(output => (output as Buffer).length);
      expect(sizes).to.deep.equal(Array.from({ length: 8 }, () => 2 ** 20));
    });

    itInFull(`for workers that take long ${LONG}`, async () => {
      await using pool = new WorkerPool(Waiting, { workers: 2 });
      const { seen, numbers } = pulled(1_000);
      const outputs = pool.map(
        (function* () {
          for (const _ of numbers) yield 20;
        })(),
      );
      let count = 0;
      for await (const _ of outputs) {
        count += 1;
        expect(seen.pulled - count).to.be.below(20);
        if (count === 20) break;
      }
      expect(seen.left).to.equal(true);
    });

    itInFull(`all of 100,000 for a consumer that takes all ${LONG}`, async function () {
      this.timeout(60_000);
      await using pool = new WorkerPool(Adding, { workers: 2 });
      const { seen, numbers } = pulled(100_000);
      let count = 0;
      let most = 0;
      for await (const _ of pool.map(numbers)) {
        count += 1;
        most = Math.max(most, seen.pulled - count);
      }
      expect({ count, pulled: seen.pulled }).to.deep.equal({ count: 100_000, pulled: 100_000 });
      expect(most).to.be.below(20_000);
    });

    itInFull(`also for outputs: a generator waits for a consumer that does not take them ${LONG}`, async () => {
      await using pool = new WorkerPool(Counting, { workers: 1 });
      const iterator = pool.map([1_000_000, 1])[Symbol.asyncIterator]();
      const values: number[] = [];
      for (let at = 0; at < 5_000; at++) values.push((await iterator.next()).value as number);
      expect(values).to.deep.equal(numbers(5_000));
      const { runTime } = await firstValueFrom(pool.stats$);
      expect(runTime.count).to.equal(0);
      await iterator.return?.();
    });

    itInFull(`all outputs of a generator for a consumer that takes them ${LONG}`, async () => {
      await using pool = new WorkerPool(Counting, { workers: 2 });
      expect(await listOf(pool.map([10_000, 3, 5_000]))).to.deep.equal([
        ...numbers(10_000),
        ...numbers(3),
        ...numbers(5_000),
      ]);
    });
  });

  describe('if an item fails', () => {
    it('errors, and takes no more', async () => {
      await using pool = new WorkerPool(Throwing, { workers: 1 });
      const { seen, numbers } = pulled(1_000_000);
      const items = (function* () {
        for (const at of numbers) yield `item ${at}`;
      })();
      const error = await failureOf(listOf(pool.map(items)));
      expect(error.remote.data).to.deep.equal({ colour: 'item 0' });
      expect(seen.left).to.equal(true);
      expect(seen.pulled).to.be.below(100);
    });

    itInFull(`errors after the outputs of the items before it ${LONG}`, async () => {
      await using pool = new WorkerPool(Crashing, { workers: 2 });
      const seen: unknown[] = [];
      const error = await failureOf(
        (async () => {
          for await (const value of pool.map([1, 2, 'working exit', 4])) seen.push(value);
        })(),
      );
      expect(seen).to.deep.equal([1, 2]);
      expect(error.exit.code).to.equal(0);
    });

    itInFull(`gives each outcome as a value, if settle is true ${LONG}`, async () => {
      await using pool = new WorkerPool(Crashing, { workers: 2 });
      const items = [1, 'working exit', 2, 'answering throw', 'working abort', 3] as const;
      const outcomes: Outcome<unknown, unknown>[] = await listOf(pool.map(items, { settle: true }));
      expect(outcomes.map(({ item }) => item)).to.deep.equal(items);
      expect(outcomes.map(({ status }) => status[0])).to.deep.equal(['f', 'r', 'f', 'r', 'r', 'f']);
      expect(outcomes[0]).to.deep.equal({ status: 'fulfilled', item: 1, value: 1, values: [1] });
      expect((outcomes[1] as { reason: Error }).reason.message).to.contain('ended with code 0');
    });

    itInFull(`gives all outputs of an item in its outcome ${LONG}`, async () => {
      await using pool = new WorkerPool(Shaped, { workers: 1, settle: true });
      expect(await listOf(pool.map(['generator', 'none']) as AsyncIterable<unknown>)).to.deep.equal([
        { status: 'fulfilled', item: 'generator', value: 'b', values: ['a', 'b'] },
        { status: 'fulfilled', item: 'none', value: undefined, values: [] },
      ]);
    });

    itInFull(`errors if no worker can start, even with settle ${LONG}`, async () => {
      await using pool = new WorkerPool(DiesEarly, { workers: 2, args: ['beginning', 'throw'] });
      const error = await failureOf(listOf(pool.map(pulled(1_000_000).numbers, { settle: true })));
      expect(error).to.be.instanceOf(StartError);
      expect(error.message).to.contain('DiesEarly.begin() threw in the child');
    });
  });

  describe('errors as its source does', () => {
    const broken = new Error('broken');
    const SOURCES: Record<string, () => any> = {
      'an Iterable': function* () {
        yield 1;
        throw broken;
      },
      'an AsyncIterable': async function* () {
        yield 1;
        throw broken;
      },
      'an Observable': () => throwError(() => broken),
    };
    for (const [name, source] of rows(Object.entries(SOURCES), (_, at) => at === 1)) {
      it(`${name} ${LONG}`, async () => {
        await using pool = new WorkerPool(Adding, { workers: 1 });
        expect(await failureOf(listOf(pool.map(source())))).to.equal(broken);
      });
    }
  });

  it('cancels its items when the iteration is left, and the pool goes on', async () => {
    await using pool = new WorkerPool(Waiting, { workers: 2 });
    const subscription = pool.map([60_000, 60_000, 60_000]).subscribe();
    await poll('both are at work', async () => (await firstValueFrom(pool.stats$)).running === 2);
    subscription.unsubscribe();
    expect(await pool.run(1)).to.equal(1);
  });

  it('waits while other items fill the queue', async () => {
    await using pool = new WorkerPool(Waiting, { workers: 1, queueLimit: 2 });
    const others = Promise.all([pool.run(100), pool.run(100)]);
    expect(await listOf(pool.map([1, 2, 3]))).to.deep.equal([1, 2, 3]);
    await others;
  });

  itInFull(`works on items behind one that takes long, as long as there is room ${LONG}`, async () => {
    await using pool = new WorkerPool(Waiting, { workers: 2, cancelGrace: 0 });
    const { seen, numbers } = pulled(1_000);
    const items = (function* () {
      for (const at of numbers) yield at === 0 ? 60_000 : 1;
    })();
    const iterator = pool.map(items)[Symbol.asyncIterator]();
    const first = iterator.next();
    const hasOneLeft = async () => {
      const { running, queued, done } = await firstValueFrom(pool.stats$);
      return running === 1 && queued === 0 && done > 30;
    };
    await poll('only the long one is worked on', hasOneLeft);
    expect(seen.pulled).to.be.above(30).and.below(1_000);
    await iterator.return?.();
    expect(await first).to.deep.equal({ value: undefined, done: true });
  });

  it('gives nothing more after return()', async () => {
    await using pool = new WorkerPool(Adding, { workers: 1 });
    const iterator = pool.map([1, 2, 3])[Symbol.asyncIterator]();
    await iterator.next();
    await iterator.return?.();
    expect(await iterator.next()).to.deep.equal({ value: undefined, done: true });
  });

  it('errors when the pool is shut down', async () => {
    const pool = new WorkerPool(Waiting, { workers: 1 });
    const failure = failureOf(listOf(pool.map([60_000, 1])));
    await poll('one is at work', async () => (await firstValueFrom(pool.stats$)).running === 1);
    await pool.shutdown({ grace: 100 });
    expect(await failure).to.be.instanceOf(StateError);
    expect(await failureOf(listOf(pool.map([1])))).to.be.instanceOf(StateError);
  });
});

describe('mapInSubprocess()', () => {
  it('emits all outputs, completes, and leaves nothing', async () => {
    const outputs$ = range(0, 1_000).pipe(mapInSubprocess(Adding, { workers: 2, args: [1] }));
    expect(await lastValueFrom(outputs$.pipe(toArray()))).to.deep.equal(plusOne(1_000));
  });

  itInFull(`has a pool for each subscription ${LONG}`, async () => {
    const pid$ = of(1).pipe(mapInSubprocess(Naming, { workers: 1 }));
    const [one, other] = await Promise.all([firstValueFrom(pid$), firstValueFrom(pid$)]);
    expect(one).not.to.equal(other);
    await poll('both are gone', () => !isAlive(one) && !isAlive(other));
  });

  it('ends its workers when it is unsubscribed from', async () => {
    const pids: number[] = [];
    const item$ = new Subject<number>();
    const subscription = item$.pipe(mapInSubprocess(Naming, { workers: 1 })).subscribe(pid => pids.push(pid));
    item$.next(1);
    const pid = await poll('a worker has answered', () => pids[0]);
    subscription.unsubscribe();
    await poll('it is gone', () => !isAlive(pid));
    expect(item$.observed).to.equal(false);
  });

  it('ends them in the middle of an item', async () => {
    const [one] = await Promise.all([firstValueFrom(of('generator').pipe(mapInSubprocess(Shaped), take(1)))]);
    expect(one).to.equal('a');
  });

  it('errors if its source or an item fails', async () => {
    const broken = new Error('broken');
    expect(await failureOf(lastValueFrom(throwError(() => broken).pipe(mapInSubprocess(Adding))))).to.equal(broken);
    const error = await failureOf(lastValueFrom(of('blue').pipe(mapInSubprocess(Throwing, { workers: 1 }))));
    expect(error.remote.data).to.deep.equal({ colour: 'blue' });
  });

  it('errors if more items wait than queueLimit, and says what to do', async () => {
    const error = await failureOf(
      lastValueFrom(range(0, 1_000).pipe(mapInSubprocess(Adding, { workers: 1, queueLimit: 100 }))),
    );
    expect(error).to.be.instanceOf(StateError);
    expect(error.message).to.contain('more than 100 items wait').and.to.contain('Iterable');
  });

  it('unsubscribes from a source that never ends', async () => {
    const endless$ = range(0, Number.POSITIVE_INFINITY);
    const error = await failureOf(
      lastValueFrom(endless$.pipe(mapInSubprocess(Adding, { workers: 1, queueLimit: 10 }))),
    );
    expect(error.message).to.contain('more than 10 items wait');
  });

  it('does not end while its source is silent', async () => {
    let told = 0;
    const subscription = NEVER.pipe(mapInSubprocess(Adding)).subscribe({ next: () => told++, complete: () => told++ });
    await sleep(20);
    subscription.unsubscribe();
    expect(told).to.equal(0);
  });

  it('gives outcomes if settle is true', async () => {
    const outcomes = await lastValueFrom(
      from([1, 'working exit'] as const).pipe(mapInSubprocess(Crashing, { workers: 1, settle: true }), toArray()),
    );
    expect(outcomes.map(({ status }) => status)).to.deep.equal(['fulfilled', 'rejected']);
  });

  it('refuses a wrong class or option at once', () => {
    expect(() => mapInSubprocess(Object as never)).to.throw(StateError, 'a class that extends SubprocessWorker');
    expect(() => mapInSubprocess(Adding, { workers: 0 })).to.throw(StateError, 'workers is 0');
  });
});
