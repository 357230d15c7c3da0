/** Row 87: workers that work on several items at a time. */
import { expect } from 'chai';
import { isExitError } from 'offspring-rx';
import { isTimeoutError, type PoolOptions, WorkerPool } from 'offspring-rx/pool';
import { firstValueFrom } from 'rxjs';
import { fixture } from '../support/fixture';
import { listOf } from '../support/list-of';
import { itInFull, LONG } from '../support/long';

const { Naming, Slicing } = fixture<typeof import('../fixtures/pool')>('pool');
const { AtOnce, YieldsAtOnce } = fixture<typeof import('../fixtures/pool-control')>('pool-control');

describe('87 concurrency', () => {
  const open = (options: PoolOptions<[]> = {}) => new WorkerPool(AtOnce, { workers: 1, concurrency: 10, ...options });

  it('is how many items a worker works on at a time, and never more', async () => {
    await using pool = open();
    const told = await Promise.all(Array.from({ length: 45 }, () => pool.run(60)));
    expect(told.at(-1)?.most).to.equal(10);
    expect(new Set(told.map(({ pid }) => pid)).size).to.equal(1);
    const { done, queued, running, utilization } = await firstValueFrom(pool.stats$);
    expect({ done, queued, running }).to.deep.equal({ done: 45, queued: 0, running: 0 });
    expect(utilization).to.be.within(0.01, 1);
  });

  itInFull(`fills all workers alike, and starts only as many as the items need ${LONG}`, async () => {
    await using pool = open({ workers: 2, minWorkers: 2 });
    await firstValueFrom(pool.ready$);
    const told = await Promise.all(Array.from({ length: 12 }, () => pool.run(200)));
    expect(told.map(({ most }) => most)).to.deep.equal(Array.from({ length: 12 }, () => 6));
    await using small = open({ workers: 4 });
    await Promise.all(Array.from({ length: 20 }, () => small.run(50)));
    expect((await firstValueFrom(small.stats$)).workers).to.equal(2);
  });

  itInFull(`takes no longer per item if thousands are worked on at a time ${LONG}`, async () => {
    const costAt = async (concurrency: number) => {
      await using pool = open({ concurrency });
      await pool.run(0);
      const before = process.cpuUsage();
      const count = concurrency * 3;
      for await (const _ of pool.map(Array.from({ length: count }, () => 20)));
      const { user, system } = process.cpuUsage(before);
      return (user + system) / count;
    };
    const few = await costAt(100);
    expect(await costAt(3_000)).to.be.below(few * 2);
  });

  it('keeps the order of outputs', async () => {
    await using pool = open();
    const items = Array.from({ length: 40 }, (_, at) => ((at * 7) % 10) * 10);
    await using echo = new WorkerPool(Naming, { workers: 2, concurrency: 3 });
    expect(await listOf(echo.map(items))).to.have.length(40);
    const done: number[] = [];
    const runs = items.map((ms, at) => pool.run(ms).then(() => done.push(at)));
    await Promise.all(runs);
    expect(done).not.to.deep.equal(items.map((_, at) => at));
    await using yielding = new WorkerPool(YieldsAtOnce, { workers: 1, concurrency: 4 });
    const outputs = await listOf(yielding.map([3, 1, 2]));
    expect(outputs.filter(output => output >= 0)).to.deep.equal([0, 1, 2, 0, 0, 1]);
  });

  itInFull(`keeps timeouts: each item has its own time, and the others go on ${LONG}`, async () => {
    await using pool = open({ timeout: 400 });
    const pid = (await pool.run(0)).pid;
    const outcomes = await Promise.allSettled([60_000, 100, 60_000, 200].map(ms => pool.run(ms)));
    expect(outcomes.map(({ status }) => status[0])).to.deep.equal(['r', 'f', 'r', 'f']);
    for (const at of [0, 2]) expect(isTimeoutError((outcomes[at] as PromiseRejectedResult).reason)).to.equal(true);
    expect((await pool.run(0)).pid).to.equal(pid);
  });

  it('blames only the item that ends the worker, and works again on the others', async () => {
    await using pool = open();
    const outcomes = await Promise.allSettled(
      [100, 100, 'die', 100, 100, 10, 100].map(item => pool.run(item as never)),
    );
    expect(outcomes.map(({ status }) => status[0])).to.deep.equal(['f', 'f', 'r', 'f', 'f', 'f', 'f']);
    const { reason } = outcomes[2] as PromiseRejectedResult;
    expect(isExitError(reason), String(reason)).to.equal(true);
    expect((await Promise.all([pool.run(50), pool.run(50)])).at(-1)?.most).to.be.at.least(2);
  });

  it('replaces a worker that one of its items blocks, and gives the others to the next one', async () => {
    await using pool = open({ timeout: 1_500 });
    const first = await pool.run(0);
    const abort = new AbortController();
    const blocked = pool.run('block', { signal: abort.signal }).catch(error => error);
    const others = [pool.run(10), pool.run(10)];
    setTimeout(() => abort.abort(), 100);
    expect((await blocked).name).to.equal('AbortError');
    for (const { pid } of await Promise.all(others)) expect(pid).not.to.equal(first.pid);
  });

  itInFull(`keeps the limit of outputs that nobody has taken, for each item ${LONG}`, async () => {
    const count = 200_000;
    await using pool = new WorkerPool(YieldsAtOnce, { workers: 1, concurrency: 3 });
    const iterator = pool.map([count, count])[Symbol.asyncIterator]();
    for (let at = 0; at < 10; at++) expect((await iterator.next()).value).to.equal(at);
    await new Promise(resolve => setTimeout(resolve, 300));
    const told = (await pool.run(1)).at(-1) as number;
    expect(-told).to.be.at.most(20_000);
    await iterator.return?.();
  });

  itInFull(`keeps recycleAfter, and passes large items and outputs ${LONG}`, async () => {
    await using pool = new WorkerPool(Naming, { workers: 1, concurrency: 4, recycleAfter: 5 });
    const pids = await Promise.all(Array.from({ length: 12 }, () => pool.run(Buffer.alloc(200_000, 1))));
    for (const pid of new Set(pids)) expect(pids.filter(each => each === pid).length).to.be.at.most(5);
    await using slicing = new WorkerPool(Slicing, { workers: 1, concurrency: 3 });
    const slices = await Promise.all([slicing.run(2), slicing.run(3), slicing.run(1)]);
    for (const [at, count] of [2, 3, 1].entries()) {
      expect(slices[at]?.map(slice => [slice.length, slice[0], slice.at(-1)])).to.deep.equal(
        Array.from({ length: count }, (_, index) => [2 ** 20, index, index]),
      );
    }
  });
});
