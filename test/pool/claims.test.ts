/** The thread with which a worker claims many short items. Linux alone has the files of claims. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { WorkerPool } from 'offspring-rx/pool';
import { fixture } from '../support/fixture';
import { itInFull, LONG } from '../support/long';
import { poll } from '../support/poll';

const { Claiming } = fixture<typeof import('../fixtures/claiming')>('claiming');

const onLinux = process.platform === 'linux' ? itInFull : () => {};

describe('the claims of a worker', () => {
  onLinux(`are made by a thread after many short items, also if they come in bursts ${LONG}`, async () => {
    await using pool = new WorkerPool(Claiming, { workers: 2 });
    const burst = () => Promise.all(Array.from({ length: 2_000 }, (_, item) => pool.run(item)));
    await burst();
    const before = await pool.run(-1);
    await poll('the thread is there', async () => {
      // In all, the bursts that it takes last longer than the half second that the work on their items may take.
      await sleep(100);
      await burst();
      return (await pool.run(-1)) > before;
    });
    expect(await pool.run(1)).to.equal(1);
  });
});
