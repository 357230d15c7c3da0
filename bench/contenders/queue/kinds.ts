/** The ways of items over a queue: offspring-rx, and BullMQ by itself. */
import { type ConnectionOptions, Queue, QueueEvents } from 'bullmq';
import { Redis } from 'ioredis';
import { Unavailable } from '../../suite/group';
import type { Pool } from '../pool/pool';
import type { Work } from '../pool/work';
import { Server } from './server';

export interface OpenQueue extends Pool {
  server: Server;
}

export interface QueueKind {
  name: string;
  open(work: Work): Promise<OpenQueue>;
}

interface OpenQueuePool {
  run(item: unknown): Promise<unknown>;
  shutdown(): Promise<void>;
}

export const queuePool = (batch: number): QueueKind => ({
  name: batch === 1 ? 'offspring-rx' : `offspring-rx, batches of ${batch}`,
  async open(work) {
    const QueuePool = loadQueuePool();
    const { classes } = await import('./work.cjs');
    const server = await Server.start();
    await server.addHost('offspring-rx', work);
    const options = { connection: server.url, batch, ahead: batch === 1 ? 64 : 16 * batch };
    const pool = new QueuePool(classes[work], options);
    const close = async () => {
      await pool.shutdown();
      await server.close();
    };
    return { server, run: (_, item) => pool.run(item), close };
  },
});

function loadQueuePool(): new (type: unknown, options: object) => OpenQueuePool {
  try {
    // By a name that the compiler does not look for, since a version without it is measured too.
    return require(['offspring-rx', 'bullmq'].join('/')).QueuePool;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_PACKAGE_PATH_NOT_EXPORTED') throw error;
    throw new Unavailable('no offspring-rx/bullmq in this version');
  }
}

/** Its own way to an output: the return value, by the event of the job's completion. */
export const bullmq = (kind: 'inline' | 'sandboxed'): QueueKind => ({
  name: `BullMQ, ${kind}`,
  async open(work) {
    const server = await Server.start();
    await server.addHost(kind, work);
    const connect = () => new Redis(server.url, { maxRetriesPerRequest: null });
    const redis = [connect(), connect()];
    const connections = redis as unknown as ConnectionOptions[];
    const queue = new Queue('work', { connection: connections[0] as ConnectionOptions });
    const events = new QueueEvents('work', { connection: connections[1] as ConnectionOptions });
    // Each job that is awaited listens to both.
    for (const each of [queue, events]) each.setMaxListeners(0);
    await events.waitUntilReady();
    // A job that is gone when it is asked for is an error, so that some stay.
    const opts = { removeOnComplete: { count: work === 'echo' ? 100 : 10_000 } };
    const dataOf = (item: unknown) => ({ item: Buffer.isBuffer(item) ? item.toString('base64') : item });
    const output = (value: unknown) => (work === 'echo' ? Buffer.from(value as string, 'base64') : value);
    const close = async () => {
      await events.close();
      await queue.close();
      for (const each of redis) each.disconnect();
      await server.close();
    };
    return {
      server,
      run: async (_, item) => output(await (await queue.add(work, dataOf(item), opts)).waitUntilFinished(events)),
      async all(_, items) {
        const jobs = await queue.addBulk(items.map(item => ({ name: work, data: dataOf(item), opts })));
        const outputs = await Promise.all(jobs.map(async job => output(await job.waitUntilFinished(events))));
        return outputs.length;
      },
      close,
    };
  },
});
