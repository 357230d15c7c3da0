/** Work through items over a queue on Redis: a host with two workers, against BullMQ by itself. */
import { busy, type Job, large, latency, tiny } from '../contenders/pool/pool';
import type { Work } from '../contenders/pool/work';
import { bullmq, type OpenQueue, type QueueKind, queuePool } from '../contenders/queue/kinds';
import { recovery } from '../contenders/queue/recovery';
import type { Contender, Group } from '../suite/group';

const ONE = queuePool(1);
const BATCH = queuePool(64);
const INLINE = bullmq('inline');
const SANDBOXED = bullmq('sandboxed');
const ALL = [ONE, BATCH, INLINE, SANDBOXED];
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

const contenders = (kinds: readonly QueueKind[], work: Work, job: Job) => kinds.map(kind => queueing(kind, work, job));

/** Microseconds of processor time for a tiny item, over all processes and Redis. */
const processorTime = async (queue: OpenQueue, count: number): Promise<number> => {
  const before = queue.server.processorTime;
  await tiny(queue, count);
  return (queue.server.processorTime - before) / count;
};

const PLAYERS = 'One caller, one host with 2 workers or 32 jobs at a time, and one Redis server, on one machine.';

export const queueTiny: Group = {
  id: 'queue-tiny',
  title: 'Queue: tiny items',
  about: `\`x => x + 1\` for 3,000 items at once: items per second. ${PLAYERS}`,
  unit: 'items/s',
  better: 'more',
  floor: INLINE.name,
  size: { full: 3_000, quick: 300 },
  share: 0.25,
  contenders: contenders(ALL, 'increment', tiny),
  aims: [
    {
      key: 'queueTinySandboxed',
      fullOnly: true,
      what: 'queue, tiny items in batches, against sandboxed processors',
      of: BATCH.name,
      against: SANDBOXED.name,
      limit: { atLeast: 4 },
    },
    {
      key: 'queueTinyInline',
      fullOnly: true,
      what: 'queue, tiny items one by one, against an inline processor',
      of: ONE.name,
      against: INLINE.name,
      limit: { atLeast: 1 },
    },
  ],
};

export const queueCpu: Group = {
  id: 'queue-cpu',
  title: 'Queue: items of 5 ms',
  about: `Items that take the processor for 5 ms, 200 at once: in percent of the ideal of 2 workers. ${PLAYERS}`,
  unit: '% of the ideal',
  better: 'more',
  size: { full: 200, quick: 40 },
  share: 0.25,
  contenders: contenders([ONE, INLINE, SANDBOXED], 'burn', busy),
  aims: [
    {
      key: 'queueCpu',
      fullOnly: true,
      what: 'queue, items of 5 ms, against an inline processor',
      of: ONE.name,
      against: INLINE.name,
      limit: { atLeast: 1 },
    },
  ],
};

export const queueLarge: Group = {
  id: 'queue-large',
  title: 'Queue: Buffers of 1 MB',
  about: `Buffers of 1 MB, 40 at once, which come back as they are: items per second. ${PLAYERS}`,
  unit: 'items/s',
  better: 'more',
  size: { full: 40, quick: 10 },
  share: 0.25,
  contenders: contenders([ONE, INLINE, SANDBOXED], 'echo', large),
  aims: [
    {
      key: 'queueLarge',
      fullOnly: true,
      what: 'queue, 1 MB Buffers, against an inline processor',
      of: ONE.name,
      against: INLINE.name,
      limit: { atLeast: 2 },
    },
  ],
};

export const queueLatency: Group = {
  id: 'queue-latency',
  title: 'Queue: one item while it is idle',
  about: `One tiny item with nothing else to do, 3 ms of silence before each. A sample is the mean of 30. ${PLAYERS}`,
  unit: 'ms',
  better: 'less',
  size: { full: 30, quick: 10 },
  share: 0.5,
  contenders: contenders([ONE, INLINE, SANDBOXED], 'increment', latency),
  aims: [
    {
      key: 'queueLatency',
      fullOnly: true,
      what: 'queue, latency of one item, against an inline processor',
      of: ONE.name,
      against: INLINE.name,
      limit: { atMost: 1.2 },
    },
  ],
};

export const queueProcessor: Group = {
  id: 'queue-processor',
  title: 'Queue: processor time',
  about: `Processor time of one of 3,000 tiny items, of all processes and Redis together. ${PLAYERS}`,
  unit: 'µs',
  better: 'less',
  size: { full: 3_000, quick: 300 },
  share: 0.25,
  contenders: ALL.map(kind => queueing(kind, 'increment', processorTime)),
  aims: [
    {
      key: 'queueProcessor',
      fullOnly: true,
      what: 'queue, processor time of a tiny item in batches, against BullMQ',
      of: BATCH.name,
      against: BULLMQ,
      limit: { below: 1 },
    },
  ],
};

export const queueRecovery: Group = {
  id: 'queue-recovery',
  title: 'Queue: recovery from a killed host',
  about:
    'From the SIGKILL of a host to the output of its item from another one. Its lock lasts 1,000 ms, and hosts look for such items every 500 ms.',
  unit: 'ms',
  better: 'less',
  size: { full: 1, quick: 1 },
  share: 0.25,
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
};
