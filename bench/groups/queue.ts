/** Work through items over a queue on Redis: a host with two workers, against BullMQ by itself. */
import { busy, large, latency, tiny } from '../contenders/pool/pool';
import type { Work } from '../contenders/pool/work';
import { bare } from '../contenders/queue/bare';
import { bullmq, type OpenQueue, type QueueKind, queuePool } from '../contenders/queue/kinds';
import { recovery } from '../contenders/queue/recovery';
import type { Aim, Contender, Group } from '../suite/group';

const ONE = queuePool(1);
const BATCH = queuePool(64);
const INLINE = bullmq('inline');
const SANDBOXED = bullmq('sandboxed');
const ALL = [ONE, BATCH, INLINE, SANDBOXED, bare];
const BULLMQ = [INLINE.name, SANDBOXED.name];

const queueing = (
  kind: QueueKind,
  work: Work,
  job: (queue: OpenQueue, count: number) => Promise<number>,
): Contender => ({
  name: kind.name,
  async open(count) {
    const queue = await kind.open(work);
    return { measure: () => job(queue, count), close: () => queue.close() };
  },
});

const contenders = (
  kinds: readonly QueueKind[],
  work: Work,
  job: (queue: OpenQueue, count: number) => Promise<number>,
) => kinds.map(kind => queueing(kind, work, job));

/** Microseconds of processor time for a tiny item, over all processes and Redis. */
const processorTime = async (queue: OpenQueue, count: number): Promise<number> => {
  const before = queue.server.processorTime;
  await tiny(queue, count);
  return (queue.server.processorTime - before) / count;
};

const PLAYERS = 'One caller, one host with 2 workers or 32 jobs at a time, and one Redis server, on one machine.';
const BARE =
  'Bare children are the least that BullMQ with child processes takes: the items and outputs of a turn by pipes and one entry of a stream, and nothing for what may fail.';

/** An aim of the full run, which compares with ways of BullMQ. */
const aim = (key: string, what: string, of: QueueKind, against: string | string[], limit?: Aim['limit']): Aim => ({
  key,
  fullOnly: true,
  what: `queue, ${what}`,
  of: of.name,
  against,
  ...(limit ? { limit } : {}),
});

const group = (id: string, of: Omit<Group, 'id' | 'share'> & { share?: number }): Group => ({ id, share: 0.25, ...of });

export const queueTiny = group('queue-tiny', {
  title: 'Queue: tiny items',
  about: `\`x => x + 1\` for 3,000 items at once: items per second. ${PLAYERS} ${BARE}`,
  unit: 'items/s',
  better: 'more',
  floor: INLINE.name,
  size: { full: 3_000, quick: 300 },
  contenders: contenders(ALL, 'increment', tiny),
  aims: [
    aim('queueTinySandboxed', 'tiny items in batches, against sandboxed processors', BATCH, SANDBOXED.name, {
      atLeast: 4,
    }),
    aim('queueTinyInline', 'tiny items one by one, against an inline processor', ONE, INLINE.name, { atLeast: 1 }),
  ],
});

export const queueCpu = group('queue-cpu', {
  title: 'Queue: items of 5 ms',
  about: `Items that take the processor for 5 ms, 200 at once: in percent of the ideal of 2 workers. ${PLAYERS}`,
  unit: '% of the ideal',
  better: 'more',
  size: { full: 200, quick: 40 },
  contenders: contenders([ONE, INLINE, SANDBOXED], 'burn', busy),
  aims: [aim('queueCpu', 'items of 5 ms, against an inline processor', ONE, INLINE.name, { atLeast: 1 })],
});

export const queueLarge = group('queue-large', {
  title: 'Queue: Buffers of 1 MB',
  about: `Buffers of 1 MB, 40 at once, which come back as they are: items per second. ${PLAYERS}`,
  unit: 'items/s',
  better: 'more',
  size: { full: 40, quick: 10 },
  contenders: contenders([ONE, INLINE, SANDBOXED], 'echo', large),
  aims: [aim('queueLarge', '1 MB Buffers, against an inline processor', ONE, INLINE.name, { atLeast: 2 })],
});

export const queueLatency = group('queue-latency', {
  title: 'Queue: one item while it is idle',
  about: `One tiny item with nothing else to do, 3 ms of silence before each. A sample is the mean of 30. ${PLAYERS}`,
  unit: 'ms',
  better: 'less',
  size: { full: 30, quick: 10 },
  share: 0.5,
  contenders: contenders([ONE, INLINE, SANDBOXED], 'increment', latency),
  aims: [aim('queueLatency', 'latency of one item, against an inline processor', ONE, INLINE.name, { atMost: 1.2 })],
});

export const queueProcessor = group('queue-processor', {
  title: 'Queue: processor time',
  about: `Processor time of one of 3,000 tiny items, of all processes and Redis together. ${PLAYERS} ${BARE}`,
  unit: 'µs',
  better: 'less',
  size: { full: 3_000, quick: 300 },
  contenders: contenders(ALL, 'increment', processorTime),
  aims: [
    aim('queueProcessor', 'processor time of a tiny item in batches, against BullMQ', BATCH, BULLMQ, { below: 1 }),
    aim('queueProcessorOne', 'processor time of a tiny item one by one, against an inline processor', ONE, INLINE.name),
  ],
});

export const queueRecovery = group('queue-recovery', {
  title: 'Queue: recovery from a killed host',
  about:
    'From the SIGKILL of a host to the output of its item from another one. Its lock lasts 1,000 ms, and hosts look for such items every 500 ms.',
  unit: 'ms',
  better: 'less',
  size: { full: 1, quick: 1 },
  contenders: [recovery],
  aims: [
    {
      key: 'queueRecovery',
      fullOnly: true,
      what: 'queue, recovery from a killed host, ms',
      of: recovery.name,
      limit: { atMost: 2_500 },
    },
  ],
});
