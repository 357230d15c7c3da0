/** The least that a caller on BullMQ does whose outputs come by a stream: see `bare-host`. */
import { type ConnectionOptions, Queue } from 'bullmq';
import { Redis } from 'ioredis';
import type { QueueKind } from './kinds';
import { Server } from './server';

type Outputs = [id: number, output: number][];

export const bare: QueueKind = {
  name: 'BullMQ, with bare children',
  async open(work) {
    const server = await Server.start();
    await server.addHost('bare', work);
    const redis = [new Redis(server.url, { maxRetriesPerRequest: null }), new Redis(server.url)] as const;
    const queue = new Queue('work', { connection: redis[0] as unknown as ConnectionOptions });
    let last = '0';
    let count = 0;
    const read = async (): Promise<Outputs> => {
      const found = await redis[1].xread('COUNT', 128, 'BLOCK', 0, 'STREAMS', 'replies', last);
      const entries = entriesOf(found);
      last = entries.at(-1)?.[0] ?? last;
      await redis[0].xtrim('replies', 'MINID', last);
      return entries.flatMap(([, [, outputs]]) => JSON.parse(outputs as string) as Outputs);
    };
    const all = async (items: unknown[]) => {
      const opts = { removeOnComplete: true };
      const jobs = items.map((item, at) => ({ name: work, data: { id: count + at, item }, opts }));
      count += items.length;
      const added = queue.addBulk(jobs);
      let done = 0;
      while (done < items.length) done += (await read()).length;
      await added;
      return done;
    };
    const close = async () => {
      await queue.close();
      for (const each of redis) each.disconnect();
      await server.close();
    };
    return { server, run: (_, item) => all([item]), all: (_, items) => all(items), close };
  },
};

type Entry = [id: string, fields: string[]];

/** ioredis gives a Map of streams, or a list of them. */
const entriesOf = (found: unknown): Entry[] =>
  found instanceof Map ? found.values().next().value : ((found as [string, Entry[]][] | null)?.[0]?.[1] ?? []);
