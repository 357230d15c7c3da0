/** A Redis server that stops, comes back, has lost everything, or is full. */
import { expect } from 'chai';
import { StateError } from 'offspring-rx';
import { QueuePool, serveQueue } from 'offspring-rx/bullmq';
import { freePort } from '../../bench/contenders/queue/free-port';
import { fixture } from '../support/fixture';
import { itInFull, LONG, rows } from '../support/long';
import { poll } from '../support/poll';
import { BRISK, BRISK_CALL } from '../support/queue-hosts';
import { redisForSuite } from '../support/redis';
import { temporaryFolder } from '../support/temporary';

const { Echoing, Slowly, Waiting } = fixture<typeof import('../fixtures/bullmq')>('bullmq');

interface Outage {
  name: string;
  signal: NodeJS.Signals;
  forgets: boolean;
}

const OUTAGES: Outage[] = [
  { name: 'stopped by SIGTERM', signal: 'SIGTERM', forgets: false },
  { name: 'killed', signal: 'SIGKILL', forgets: false },
  { name: 'killed, and has lost everything', signal: 'SIGKILL', forgets: true },
];

describe('the Redis of a queue', () => {
  const redis = redisForSuite();
  const folder = temporaryFolder();

  for (const { name, signal, forgets } of rows(OUTAGES, ({ forgets }) => forgets)) {
    it(`is ${name}, and comes back: nothing is lost, and no output comes twice ${LONG}`, async () => {
      await redis.flush();
      await using _host = serveQueue(Waiting, { connection: redis.url, workers: 2, ...BRISK });
      await using pool = new QueuePool(Waiting, { connection: redis.url, ...BRISK_CALL, ahead: 16 });
      const items = Array.from({ length: 60 }, (_, id) => ({ ms: 10, id }));
      const outputs: number[] = [];
      for await (const output of pool.map(items)) {
        outputs.push(output);
        if (outputs.length !== 20) continue;
        await redis.stop(signal);
        if (forgets) redis.forget();
        await redis.start();
      }
      expect(outputs).to.deep.equal(items.map(({ id }) => id));
    });
  }

  it('is full: items are rejected, and go again when there is room', async () => {
    await redis.flush();
    redis.cli('CONFIG', 'SET', 'maxmemory', String(redis.memory + 2 ** 20));
    try {
      await using host = serveQueue(Echoing, { connection: redis.url, workers: 1, ...BRISK });
      await using pool = new QueuePool(Echoing, { connection: redis.url, ...BRISK_CALL });
      const item = Buffer.alloc(4 * 2 ** 20);
      // The first is written, since there was room before it.
      const results = await Promise.allSettled([pool.run(item), pool.run(item), pool.run(item)]);
      const reasons = results.flatMap(each => (each.status === 'rejected' ? String(each.reason) : []));
      expect(reasons.join()).to.match(/OOM|full/);
      redis.cli('CONFIG', 'SET', 'maxmemory', '0');
      expect(await pool.run('small')).to.equal('small');
      await host.close();
    } finally {
      redis.cli('CONFIG', 'SET', 'maxmemory', '0');
    }
  });

  it('was never there: the first item does not wait for ever', async () => {
    const port = await freePort();
    await using pool = new QueuePool(Echoing, { connection: `redis://127.0.0.1:${port}`, hostTimeout: 500 });
    const error = await pool.run(1).then(
      () => undefined,
      reason => reason,
    );
    expect(error).to.be.instanceOf(StateError);
    expect(error.message).to.match(/^Echoing: Redis could not be reached for 500 ms \(.*ECONNREFUSED/);
  });

  it('was never there: a host closes all the same', async () => {
    const host = serveQueue(Echoing, { connection: `redis://127.0.0.1:${await freePort()}`, workers: 1 });
    await host.close();
  });

  it('does not come back: a host closes all the same, in the middle of an item', async () => {
    const host = serveQueue(Slowly, { connection: redis.url, workers: 1, ...BRISK });
    const pool = new QueuePool(Slowly, { connection: redis.url, ...BRISK_CALL });
    const item = { began: folder.file('began'), until: folder.file('until'), id: 1 };
    const failed = pool.run(item).catch(error => error);
    await poll('the work has begun', () => folder.lines('began').length > 0);
    await redis.stop('SIGKILL');
    try {
      await Promise.all([host.close(), pool.shutdown()]);
      expect(await failed).to.be.instanceOf(StateError);
    } finally {
      await redis.start();
    }
  });

  itInFull(`uses as much memory at the end of many items as at the start ${LONG}`, async function () {
    this.timeout(300_000);
    const count = 20_000;
    await redis.flush();
    await using _host = serveQueue(Echoing, { connection: redis.url, workers: 2 });
    await using pool = new QueuePool(Echoing, { connection: redis.url });
    // The stream of BullMQ's own events has a limit, which it reaches first.
    for await (const _ of pool.map(Array.from({ length: count / 2 }, (_, at) => at)));
    const before = redis.memory;
    for await (const _ of pool.map(Array.from({ length: count / 2 }, (_, at) => at)));
    expect(redis.memory - before).to.be.below(2 ** 21);
    await poll('no item is left', async () => (await redis.leftOver()).length <= 1);
  });
});
