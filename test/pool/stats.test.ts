/** The statistics of a pool. */
import { expect } from 'chai';
import { type PoolStats, WorkerPool } from 'offspring-rx/pool';
import { firstValueFrom } from 'rxjs';
import { fixture } from '../support/fixture';
import { poll } from '../support/poll';
import { childrenOfLibrary } from '../support/processes';

const { Adding, Throwing, Waiting } = fixture<typeof import('../fixtures/pool')>('pool');

describe('pool.stats$', () => {
  it('emits on subscription', async () => {
    await using pool = new WorkerPool(Adding);
    const { waitTime, runTime, ...rest } = await firstValueFrom(pool.stats$);
    expect(rest).to.deep.equal({ queued: 0, running: 0, done: 0, failed: 0, canceled: 0, workers: 0, utilization: 0 });
    expect([waitTime.count, runTime.count]).to.deep.equal([0, 0]);
  });

  it('counts waiting, running and done items', async () => {
    await using pool = new WorkerPool(Waiting, { workers: 1 });
    await pool.run(1);
    const all = Promise.all([200, 1, 1].map(ms => pool.run(ms)));
    const busy = await poll('one is at work', async () => {
      const stats = await firstValueFrom(pool.stats$);
      return stats.running === 1 ? stats : undefined;
    });
    expect(busy).to.include({ queued: 2, running: 1, workers: 1, done: 1 });
    await all;
    const idle = await firstValueFrom(pool.stats$);
    expect(idle).to.include({ queued: 0, running: 0, workers: 1, done: 4, failed: 0 });
    expect(idle.utilization).to.be.above(0).and.at.most(1);
    expect(idle.runTime.count).to.equal(4);
    expect(idle.runTime.max).to.be.above(190e6).and.below(20_000e6);
    // The second and third have waited for the first.
    expect(idle.waitTime.max).to.be.above(150e6).and.below(20_000e6);
  });

  it('counts the work on an item while it runs, and after it has crashed', async () => {
    await using pool = new WorkerPool(Waiting, { workers: 1 });
    const item = pool.run(60_000).catch(error => error);
    const isBusy = async () => (await firstValueFrom(pool.stats$)).utilization > 0.8;
    await poll('it is seen to be busy', isBusy);
    for (const pid of childrenOfLibrary()) process.kill(pid, 'SIGKILL');
    await item;
    expect(await isBusy()).to.equal(true);
  });

  it('counts failures', async () => {
    await using pool = new WorkerPool(Throwing, { workers: 1 });
    await Promise.allSettled(['a', 'b'].map(item => pool.run(item)));
    expect(await firstValueFrom(pool.stats$)).to.include({ done: 0, failed: 2 });
  });

  it('emits after changes, not for each item, and completes with the pool', async () => {
    const pool = new WorkerPool(Adding, { workers: 2 });
    const told: PoolStats[] = [];
    let completed = false;
    pool.stats$.subscribe({ next: stats => told.push(stats), complete: () => (completed = true) });
    await Promise.all(Array.from({ length: 10_000 }, (_, at) => pool.run(at)));
    await poll('the last change is told', () => told.at(-1)?.done === 10_000);
    expect(told.length).to.be.below(200);
    expect(completed).to.equal(false);
    await pool.shutdown();
    expect(completed).to.equal(true);
    expect(told.at(-1)).to.include({ queued: 0, running: 0, workers: 0, done: 10_000 });
    const late: string[] = [];
    pool.stats$.subscribe({ next: ({ done }) => late.push(`done ${done}`), complete: () => late.push('complete') });
    expect(late).to.deep.equal(['done 10000', 'complete']);
  });
});
