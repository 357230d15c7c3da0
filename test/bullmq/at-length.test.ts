/** What a queue withstands at length: many outputs and a slow consumer, and hosts whose network is cut. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { QueuePool, serveQueue } from 'offspring-rx/bullmq';
import { fixture } from '../support/fixture';
import { itInFull, LONG } from '../support/long';
import { Namespace, whyNoNamespaces } from '../support/network';
import { BRISK_CALL, processesForSuite } from '../support/queue-hosts';
import { redisForSuite } from '../support/redis';

const { Slicing, Waiting } = fixture<typeof import('../fixtures/bullmq')>('bullmq');

describe('a queue at length', function () {
  this.timeout(300_000);
  const redis = redisForSuite(true);
  const processes = processesForSuite();
  beforeEach(() => redis.flush());

  itInFull(`a slow consumer of 125 MB of outputs keeps Redis small ${LONG}`, async () => {
    await using _host = serveQueue(Slicing, { connection: redis.url, workers: 2 });
    await using pool = new QueuePool(Slicing, { connection: redis.url });
    const before = redis.memory;
    let most = 0;
    let count = 0;
    for await (const _ of pool.map([25, 25, 25, 25, 25])) {
      count += 1;
      await sleep(20);
      if (count % 5 === 0) most = Math.max(most, redis.memory - before);
    }
    expect(count).to.equal(125);
    // 4 MiB wait for each item that is worked on, in the stream and in Redis's buffers.
    expect(most).to.be.below(48 * 2 ** 20);
  });

  itInFull(`a host whose network is cut loses its items, and takes others when it is back ${LONG}`, async () => {
    const why = whyNoNamespaces();
    if (why !== undefined) return console.log(`NOT TESTED: hosts in network namespaces: ${why}`);
    const namespaces = [new Namespace(1), new Namespace(2)];
    try {
      const [first, second] = namespaces as [Namespace, Namespace];
      for (const { name, address } of namespaces) {
        await processes.host('Waiting', `redis://${address}:${redis.port}`, { workers: 2 }, [
          'ip',
          'netns',
          'exec',
          name,
        ]);
      }
      await using pool = new QueuePool(Waiting, { connection: redis.url, ...BRISK_CALL });
      const items = Array.from({ length: 400 }, (_, id) => ({ ms: 50, id }));
      const outputs: number[] = [];
      for await (const output of pool.map(items)) {
        outputs.push(output);
        if (outputs.length === 40) first.cut();
        if (outputs.length === 160) first.mend();
        // It does not end unless the first host is back.
        if (outputs.length === 240) second.cut();
        if (outputs.length === 320) second.mend();
      }
      expect(outputs).to.deep.equal(items.map(({ id }) => id));
    } finally {
      for (const namespace of namespaces) namespace.remove();
    }
    return undefined;
  });
});
