/** How a pool starts and ends, who is who in it, and which items go first. */
import { expect } from 'chai';
import { isStartError, isStateError } from 'offspring-rx';
import { WorkerPool } from 'offspring-rx/pool';
import { firstValueFrom, lastValueFrom, Subject, toArray } from 'rxjs';
import { fixture } from '../support/fixture';
import { listOf } from '../support/list-of';
import { itInFull, LONG } from '../support/long';
import { poll } from '../support/poll';
import { isAlive } from '../support/processes';
import { temporaryFolder } from '../support/temporary';

const { Adding, DiesEarly, InitThrows, Logging, Waiting } = fixture<typeof import('../fixtures/pool')>('pool');
const { Indexed, IndexedAlone, SlowToBegin, Warm } = fixture<typeof import('../fixtures/pool-control')>('pool-control');

const failureOf = (promise: Promise<unknown>): Promise<any> =>
  promise.then(
    value => expect.fail(`it resolved with ${String(value)}`),
    error => error,
  );
const workersOf = async (pool: WorkerPool<any>) => (await firstValueFrom(pool.stats$)).workers;

describe('the index of a worker', () => {
  it('is one of 0 to workers - 1, in init, begin and work, and that of its replacement', async () => {
    await using pool = new WorkerPool(Indexed, { workers: 3, minWorkers: 3, retries: 0 });
    await firstValueFrom(pool.ready$);
    const told = await Promise.all([pool.run('wait'), pool.run('wait'), pool.run('wait')]);
    expect(told.map(({ indexes }) => indexes).sort()).to.deep.equal([0, 1, 2].map(at => [at, at, at]));
    const dead = await failureOf(pool.run('die'));
    const again = await poll('it is replaced', async () => {
      const three = await Promise.all([pool.run('wait'), pool.run('wait'), pool.run('wait')]);
      return new Set(three.map(({ pid }) => pid)).size === 3 ? three : undefined;
    });
    expect(again.map(({ indexes }) => indexes[2]).sort()).to.deep.equal([0, 1, 2]);
    const pidOf = (told: { pid: number; indexes: number[] }[], index: number) =>
      told.find(({ indexes }) => indexes[2] === index)?.pid;
    for (const index of [0, 1, 2]) {
      const before = pidOf(told, index);
      if (before !== dead.pid) expect(pidOf(again, index)).to.equal(before);
      else expect(pidOf(again, index)).not.to.equal(before);
    }
  });

  it('is known to a worker whose snapshot() sends no fields', async () => {
    await using pool = new WorkerPool(IndexedAlone, { workers: 2, minWorkers: 2 });
    await firstValueFrom(pool.ready$);
    const told = await Promise.all([pool.run('wait'), pool.run('wait')]);
    expect(told.map(({ indexes }) => indexes).sort()).to.deep.equal([
      [0, 0],
      [1, 1],
    ]);
  });
});

describe('minWorkers', () => {
  const folder = temporaryFolder();
  const lines = (what: string) => folder.lines('log').filter(line => line.startsWith(what));
  const open = (options: object, ...args: [crashAfter?: number]) =>
    new WorkerPool(Warm, { ...options, args: [folder.file('log'), ...args] });

  it('are started with the pool, and ready$ tells when they are ready', async () => {
    await using pool = open({ workers: 3, minWorkers: 2 });
    expect(await workersOf(pool)).to.equal(2);
    const all = lastValueFrom(pool.ready$.pipe(toArray()));
    await firstValueFrom(pool.ready$);
    expect(lines('begin')).to.have.length(2);
    expect(await all).to.deep.equal([undefined]);
    // It is replayed.
    expect(await lastValueFrom(pool.ready$.pipe(toArray()))).to.deep.equal([undefined]);
    // No other is started for items that they can take.
    await Promise.all([pool.run(50), pool.run(50)]);
    expect(await workersOf(pool)).to.equal(2);
  });

  it('stay when they have no items, and those above it do not', async () => {
    await using pool = open({ workers: 3, minWorkers: 1, idleTimeout: 50 });
    await Promise.all([pool.run(100), pool.run(100), pool.run(100)]);
    await poll('one is left', async () => (await workersOf(pool)) === 1);
    await poll('two have ended', () => lines('end').length === 2);
    await new Promise(resolve => setTimeout(resolve, 200));
    expect(await workersOf(pool)).to.equal(1);
    expect(lines('begin')).to.have.length(3);
  });

  itInFull(`above it end also if they are ready only after all items are done ${LONG}`, async () => {
    await using pool = new WorkerPool(SlowToBegin, { workers: 3, minWorkers: 1, idleTimeout: 50, args: [500] });
    await Promise.all([pool.run(20), pool.run(20), pool.run(20)]);
    expect(await workersOf(pool)).to.equal(3);
    await poll('one is left', async () => (await workersOf(pool)) === 1);
  });

  it('are replaced when they are killed, or recycled', async () => {
    await using pool = open({ workers: 1, minWorkers: 1, recycleAfter: 2 });
    await firstValueFrom(pool.ready$);
    process.kill(Number(lines('begin')[0]?.split(' ')[1]), 'SIGTERM');
    await poll('another has begun', () => lines('begin').length === 2);
    await Promise.all([pool.run(0), pool.run(1)]);
    await poll('the third has begun', () => lines('begin').length === 3);
  });

  itInFull(`that crash without an item are replaced ever more slowly ${LONG}`, async () => {
    const printed: string[] = [];
    const { write } = process.stderr;
    process.stderr.write = ((text: string) => printed.push(text) > 0) as never;
    try {
      await using _pool = open({ workers: 1, minWorkers: 1 }, 20);
      await poll('three have begun', () => lines('begin').length === 3);
      const began = performance.now();
      await poll('the fourth has begun', () => lines('begin').length === 4);
      expect(performance.now() - began).to.be.at.least(300);
    } finally {
      process.stderr.write = write;
      process.exitCode = undefined;
    }
    expect(printed.join('')).to.contain('Warm');
  });

  itInFull(`end with the pool ${LONG}`, async () => {
    const pool = open({ workers: 2, minWorkers: 2 });
    await firstValueFrom(pool.ready$);
    await pool.shutdown();
    expect(lines('end')).to.have.length(2);
    for (const line of lines('begin')) expect(isAlive(Number(line.split(' ')[1]))).to.equal(false);
  });

  it('that throw when they are constructed make the pool throw', () => {
    class Broken extends Adding {
      constructor(...args: [amount?: number]) {
        super(...args);
        throw new RangeError('not today');
      }
    }
    expect(() => new WorkerPool(Broken, { workers: 1, minWorkers: 1 })).to.throw(RangeError, 'not today');
  });
});

describe('ready$', () => {
  it('waits for the first worker, which an item starts', async () => {
    await using pool = new WorkerPool(Adding, { workers: 2 });
    let isReady = false;
    pool.ready$.subscribe(() => {
      isReady = true;
    });
    expect([await workersOf(pool), isReady]).to.deep.equal([0, false]);
    await pool.run(1);
    expect(isReady).to.equal(true);
  });

  it('errors with what keeps the workers from starting, and that is told nowhere else', async () => {
    await using pool = new WorkerPool(DiesEarly, { workers: 1, minWorkers: 1, args: ['beginning', 'throw'] });
    const error = await failureOf(firstValueFrom(pool.ready$));
    expect(isStartError(error), String(error)).to.equal(true);
    expect(await failureOf(firstValueFrom(pool.ready$))).to.equal(error);
    await using broken = new WorkerPool(InitThrows, { workers: 1, minWorkers: 1 });
    expect((await failureOf(firstValueFrom(broken.ready$))).message).to.contain('no such size');
    expect(process.exitCode).to.equal(undefined);
  });

  it('errors if the pool is shut down before', async () => {
    const pool = new WorkerPool(Adding);
    const failure = failureOf(firstValueFrom(pool.ready$));
    await pool.shutdown();
    expect(isStateError(await failure)).to.equal(true);
  });
});

describe('drain()', () => {
  const folder = temporaryFolder();
  const ends = () => folder.lines('log').filter(line => line.startsWith('end')).length;

  it('takes no more items, and resolves when all that were given are done and the workers have ended', async () => {
    const pool = new WorkerPool(Logging, { workers: 2, minWorkers: 2, args: [folder.file('log')] });
    // A worker that starts when the others have done everything is ended without an end().
    await poll('both are there', () => folder.lines('log').filter(line => line.startsWith('begin')).length === 2);
    const given = [100, 1, 200, 2, 'throw' as const].map(ms => pool.run(ms));
    const outcomes = Promise.allSettled(given);
    const drained = pool.drain();
    const late = await failureOf(pool.run(3));
    expect([isStateError(late), late.message]).to.deep.equal([
      true,
      'Logging: the pool was shut down with drain, and takes no more items: make a new one',
    ]);
    expect(isStateError(await failureOf(lastValueFrom(pool.map([1]))))).to.equal(true);
    expect(isStateError(await failureOf(listOf(pool.map([1]))))).to.equal(true);
    await drained;
    expect((await outcomes).map(({ status }) => status[0])).to.deep.equal(['f', 'f', 'f', 'f', 'r']);
    expect([await workersOf(pool), ends()]).to.deep.equal([0, 2]);
    await Promise.all([pool.drain(), pool.shutdown(), pool.shutdown({ drain: true })]);
  });

  itInFull(`finishes streams to the end of their sources ${LONG}`, async () => {
    const pool = new WorkerPool(Adding, { workers: 1 });
    const source$ = new Subject<number>();
    const stream = lastValueFrom(pool.map(source$).pipe(toArray()));
    const many = listOf(pool.map(Array.from({ length: 10_000 }, (_, at) => at)));
    source$.next(1);
    let isDrained = false;
    const drained = pool.drain().then(() => {
      isDrained = true;
    });
    expect(await many).to.have.length(10_000);
    source$.next(2);
    expect(isDrained).to.equal(false);
    source$.complete();
    expect(await stream).to.deep.equal([2, 3]);
    await drained;
  });

  itInFull(`is over at once if there is nothing to do, and ends workers that are kept ${LONG}`, async () => {
    await new WorkerPool(Adding).drain();
    const pool = new WorkerPool(Adding, { workers: 2, minWorkers: 2 });
    await firstValueFrom(pool.ready$);
    await pool.shutdown({ drain: true, grace: 2_000 });
    expect(await workersOf(pool)).to.equal(0);
  });

  itInFull(`is ended before its time by shutdown(), which leaving a block also calls ${LONG}`, async () => {
    const pool = new WorkerPool(Waiting, { workers: 1 });
    const failures = [60_000, 60_000].map(ms => failureOf(pool.run(ms)));
    await poll('one is at work', async () => (await firstValueFrom(pool.stats$)).running === 1);
    const drained = pool.drain();
    await pool.shutdown({ grace: 0 });
    await drained;
    for (const failure of failures) expect(isStateError(await failure)).to.equal(true);
  });

  it('refuses wrong options', async () => {
    await using pool = new WorkerPool(Adding);
    const error = await failureOf(pool.shutdown({ drain: 'yes' as never }));
    expect(error.message).to.equal("Adding.shutdown(): drain is 'yes': it must be true or false");
    expect((await failureOf(pool.shutdown({ drain: true, grace: -1 }))).message).to.contain('grace is -1');
    expect((await failureOf(pool.shutdown({ drian: true } as never))).message).to.match(/ drian; .* drain$/);
    expect(await pool.run(1)).to.equal(2);
  });
});

describe('priority', () => {
  const folder = temporaryFolder();

  it('higher ones go first, and those of one priority in their order; map() has 0', async () => {
    await using pool = new WorkerPool(Logging, { workers: 1, args: [folder.file('log')] });
    const first = pool.run(100);
    await poll('it is at work', () => folder.lines('log').some(line => line.startsWith('work 100 ')));
    const rest: Promise<unknown>[] = [pool.run(31, { priority: -1 }), pool.run(30), listOf(pool.map([32]))];
    rest.push(pool.run(33, { priority: 5 }), pool.run(34, { priority: 9.5 }), pool.run(35, { priority: 5 }));
    await Promise.all([first, ...rest]);
    const worked = folder.lines('log').flatMap(line => (line.startsWith('work') ? [line.split(' ')[1]] : []));
    expect(worked).to.deep.equal(['100', '34', '33', '35', '30', '32', '31']);
  });

  it('is a finite number', async () => {
    await using pool = new WorkerPool(Adding);
    for (const priority of ['high', Number.NaN, Number.POSITIVE_INFINITY]) {
      const error = await failureOf(pool.run(1, { priority: priority as never }));
      expect([isStateError(error), error.message.includes('it must be a finite number')]).to.deep.equal([true, true]);
    }
  });
});
