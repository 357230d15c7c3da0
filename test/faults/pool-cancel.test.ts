/** Rows 83 to 86: items that are canceled, and their workers. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { isStateError } from 'offspring-rx';
import { isTimeoutError, type PoolOptions, WorkerPool } from 'offspring-rx/pool';
import { firstValueFrom } from 'rxjs';
import type { Giving, Told } from '../fixtures/pool-control';
import { fixture } from '../support/fixture';
import { itInFull, LONG, rows } from '../support/long';
import { poll } from '../support/poll';
import { temporaryFolder } from '../support/temporary';

const { Cancelable, GivingForEver } = fixture<typeof import('../fixtures/pool-control')>('pool-control');

const failureOf = (promise: Promise<unknown>): Promise<any> =>
  promise.then(
    value => expect.fail(`it resolved with ${String(value)}`),
    error => error,
  );

describe('the signal of an item', () => {
  const folder = temporaryFolder();
  const notes = () => folder.lines('log').map(line => line.split(' of ')[0]);
  const noted = (what: string) => notes().filter(note => note === what).length;
  /** How many items are at work, or were. */
  const begun = () => notes().filter(note => note?.startsWith('work')).length;
  const open = (options: PoolOptions = {}) =>
    new WorkerPool(Cancelable, { workers: 1, ...options, args: [folder.file('log')] });
  const heeding: Told = { how: 'heeds', ms: 60_000 };
  const atWork = (how: Told['how'], times = 1) => poll('it is at work', () => noted(`work ${how}`) === times);

  it('83 fires when the caller aborts, a stream is left or the time is over, and its worker goes on', async () => {
    await using pool = open({ timeout: 30_000 });
    const pid = await pool.run({ how: 'waits', ms: 0 });
    const abort = new AbortController();
    const aborted = failureOf(pool.run(heeding, { signal: abort.signal }));
    await atWork('heeds');
    abort.abort(new Error('enough'));
    expect((await aborted).message).to.equal('enough');
    const subscription = pool.map([heeding]).subscribe();
    await atWork('heeds', 2);
    subscription.unsubscribe();
    expect(await pool.run({ how: 'waits', ms: 0 })).to.equal(pid);
    await poll('both have ended', () => noted('ended heeds') === 2);
    expect(noted('AbortError heeds')).to.equal(2);

    await using late = open({ timeout: 200 });
    const latePid = await late.run({ how: 'waits', ms: 0 });
    const error = await failureOf(late.run(heeding));
    expect(isTimeoutError(error), String(error)).to.equal(true);
    expect(await late.run({ how: 'waits', ms: 0 })).to.equal(latePid);
    expect([noted('TimeoutError heeds'), noted('end')]).to.deep.equal([1, 0]);
  });

  it('83 fires when the pool is shut down', async () => {
    const pool = open();
    const failure = failureOf(pool.run(heeding));
    await atWork('heeds');
    await pool.shutdown();
    expect(isStateError(await failure)).to.equal(true);
    expect([noted('AbortError heeds'), noted('ended heeds'), noted('end')]).to.deep.equal([1, 1, 1]);
  });

  it('84 40 aborts of 60 items, by two workers: as long as the other 20 take, and no process is replaced', async () => {
    await using pool = open({ workers: 2, minWorkers: 2 });
    await firstValueFrom(pool.ready$);
    const item: Told = { how: 'heeds', ms: 60 };
    const timeOf = async (aborts: number) => {
      const began = performance.now();
      const pids = new Set<number>();
      const runs = Array.from({ length: 20 + aborts }, async (_, at) => {
        // Two of three are aborted: some at work, the others while they wait.
        if (at % 3 === 0 || aborts === 0) return pids.add(await pool.run(item));
        const abort = new AbortController();
        const failure = failureOf(pool.run(item, { signal: abort.signal }));
        setTimeout(() => abort.abort(), at < 30 ? 5 : 0);
        return failure;
      });
      await Promise.all(runs);
      return { time: performance.now() - began, pids };
    };
    await timeOf(0);
    const tries: number[] = [];
    // A busy machine may delay one of the two.
    while (tries.length < 5 && !tries.some(ratio => ratio <= 1.1)) {
      const alone = await timeOf(0);
      const among = await timeOf(40);
      expect([...among.pids].sort()).to.deep.equal([...alone.pids].sort());
      tries.push(among.time / alone.time);
    }
    expect(Math.min(...tries), `ratios ${tries.join()}`).to.be.at.most(1.1);
    expect([noted('end'), new Set(folder.lines('log').map(line => line.split(' of ')[1])).size]).to.deep.equal([0, 2]);
  });

  for (const how of rows(['waits', 'ignores'] as const, each => each === 'ignores')) {
    it(`85 the work ${how}: its worker goes on if it ends within cancelGrace, and is replaced if not ${LONG}`, async () => {
      await using pool = open({ cancelGrace: 400 });
      const pid = await pool.run({ how: 'waits', ms: 0 });
      const abort = new AbortController();
      const runs = [failureOf(pool.run({ how, ms: 250 }, { signal: abort.signal }))];
      await atWork(how, how === 'waits' ? 2 : 1);
      abort.abort();
      expect((await runs[0]).name).to.equal('AbortError');
      expect(await pool.run({ how: 'waits', ms: 0 })).to.equal(pid);
      const again = new AbortController();
      const before = begun();
      runs.push(failureOf(pool.run({ how, ms: 5_000 }, { signal: again.signal })));
      await poll('it is at work', () => begun() > before);
      const began = performance.now();
      again.abort();
      expect(await pool.run({ how: 'waits', ms: 0 })).not.to.equal(pid);
      expect(performance.now() - began).to.be.at.least(400);
      await Promise.all(runs);
    });
  }

  it('85 the work cleans up within its time, also if that takes a while', async () => {
    await using pool = open({ timeout: 200, cancelGrace: 3_000 });
    const failure = failureOf(pool.run({ how: 'cleans up', ms: 60_000 }));
    const next = pool.run({ how: 'waits', ms: 0 });
    expect(isTimeoutError(await failure)).to.equal(true);
    expect(noted('ended cleans up')).to.equal(0);
    await next;
    expect([noted('ended cleans up'), noted('end')]).to.deep.equal([1, 0]);
  });

  const FOR_EVER: Giving[] = ['yields', 'yields slowly', 'emits', 'emits once', 'emits, and throws when it is left'];
  for (const how of rows(FOR_EVER, each => each !== 'yields slowly')) {
    it(`85 work that ${how}: it is left, and its worker goes on ${LONG}`, async () => {
      await using pool = new WorkerPool(GivingForEver, { workers: 1, args: [folder.file('log')] });
      const iterator = pool.map([how])[Symbol.asyncIterator]();
      const { value: pid } = await iterator.next();
      await iterator.return?.();
      expect(await pool.run('yields once')).to.deep.equal([pid]);
      expect(notes()).to.deep.equal([`left: ${how}`, 'left: yields once']);
    });
  }

  it('85 what work returns after its item was canceled is not subscribed to', async () => {
    await using pool = new WorkerPool(GivingForEver, { workers: 1, args: [folder.file('log')] });
    const [pid] = await pool.run('yields once');
    const abort = new AbortController();
    const failure = failureOf(pool.run('emits late', { signal: abort.signal }));
    await poll('it is at work', () => noted('begun') === 1);
    abort.abort();
    await failure;
    expect(await pool.run('yields once')).to.deep.equal([pid]);
    expect(notes()).to.deep.equal(['left: yields once', 'begun', 'left: yields once']);
  });

  it('85 an item whose subscribe() has thrown is not left when a later one is canceled', async () => {
    await using pool = new WorkerPool(GivingForEver, { workers: 1, args: [folder.file('log')] });
    const [pid] = await pool.run('yields once');
    expect((await failureOf(pool.run('throws in subscribe()'))).message).to.match(/at the end/);
    const iterator = pool.map(['yields slowly'] as const)[Symbol.asyncIterator]();
    await iterator.next();
    await iterator.return?.();
    expect(await pool.run('yields once')).to.deep.equal([pid]);
  });

  it('86 work that blocks and does not use it is not waited for, and cancelGrace: 0 waits for no work', async () => {
    for (const [options, item] of [
      [{ cancelGrace: 20_000 }, { how: 'blocks', ms: 60_000 }],
      [{ cancelGrace: 0 }, heeding],
      [{ cancelGrace: 0 }, { how: 'waits', ms: 60_000 }],
    ] as [PoolOptions, Told][]) {
      await using pool = open(options);
      const pid = await pool.run({ how: 'waits', ms: 0 });
      const abort = new AbortController();
      const before = begun();
      const failure = failureOf(pool.run(item, { signal: abort.signal }));
      await poll('it is at work', () => begun() > before);
      await sleep(50);
      abort.abort();
      expect((await failure).name).to.equal('AbortError');
      const began = performance.now();
      expect(await pool.run({ how: 'waits', ms: 0 })).not.to.equal(pid);
      expect(performance.now() - began).to.be.at.most(10_000);
    }
  });

  itInFull(
    `86 a canceled item in a batch costs no other item, whether the worker has begun it or not ${LONG}`,
    async () => {
      await using pool = open({ workers: 2, cancelGrace: 300 });
      const short: Told = { how: 'ignores', ms: 0 };
      await Promise.all(Array.from({ length: 300 }, () => pool.run(short)));
      const abort = new AbortController();
      const runs = Array.from({ length: 90 }, (_, at) =>
        at % 3 === 0 ? pool.run(heeding, { signal: abort.signal }) : pool.run(short),
      );
      const outcomes = Promise.allSettled(runs);
      await sleep(30);
      abort.abort();
      const failed = (await outcomes).flatMap(({ status }, at) => (status === 'rejected' ? [at] : []));
      expect(failed).to.deep.equal(Array.from({ length: 30 }, (_, at) => at * 3));
      expect(noted('end')).to.equal(0);
    },
  );
});
