/** Work through items in a pool of two workers. */
import { bareCopies } from '../contenders/pool/bare-copies';
import { bareFork } from '../contenders/pool/bare-fork';
import { bareWorkers } from '../contenders/pool/bare-workers';
import { jestWorker } from '../contenders/pool/jest-worker';
import { piscina } from '../contenders/pool/piscina';
import { busy, type Job, large, latency, pooling, tiny } from '../contenders/pool/pool';
import { AS_ARGUMENT, SHARED, WITH_ITEMS } from '../contenders/pool/share';
import { tinypool } from '../contenders/pool/tinypool';
import { workerPool } from '../contenders/pool/worker-pool';
import { workerpool } from '../contenders/pool/workerpool';
import type { Group } from '../suite/group';

export const RUN = workerPool('run');
const MAP = workerPool('map');
export const PROCESSES = [tinypool('child_process'), jestWorker('process'), workerpool('process')];
const THREADS = [tinypool('worker_threads'), piscina, jestWorker('threads'), workerpool('thread')];

export const names = (kinds: { name: string }[]) => kinds.map(({ name }) => name);
const ALL = names([...PROCESSES, ...THREADS]);
/** Those that the aim for threads names. */
export const FAST_THREADS = names(THREADS.slice(0, 3));

export const KINDS = [RUN, MAP, ...PROCESSES, ...THREADS];
const contenders = (job: Job) => KINDS.map(kind => pooling(kind, job));

export const poolTiny: Group = {
  id: 'pool-tiny',
  title: 'Pool: tiny items',
  about: '`x => x + 1` for 20,000 items at once, 2 workers: items per second.',
  unit: 'items/s',
  better: 'more',
  floor: 'tinypool, child_process',
  size: { full: 20_000, quick: 3_000 },
  share: 0.5,
  contenders: contenders(tiny),
  aims: [
    {
      key: 'poolTinyProcesses',
      what: 'pool, tiny items, against processes',
      of: RUN.name,
      against: names(PROCESSES),
      limit: { atLeast: 5 },
    },
    {
      key: 'poolTinyThreads',
      what: 'pool, tiny items, against threads',
      of: RUN.name,
      against: FAST_THREADS,
      limit: { atLeast: 2 },
    },
    {
      key: 'poolTinyMapProcesses',
      fullOnly: true,
      what: 'the same by map(), against processes',
      of: MAP.name,
      against: names(PROCESSES),
      limit: { atLeast: 5 },
    },
    {
      key: 'poolTinyMapThreads',
      fullOnly: true,
      what: 'the same by map(), against threads',
      of: MAP.name,
      against: FAST_THREADS,
      limit: { atLeast: 2 },
    },
  ],
};

export const poolCpu: Group = {
  id: 'pool-cpu',
  title: 'Pool: items of 5 ms',
  about:
    'Items that take the processor for 5 ms, 200 at once, 2 workers: in percent of the ideal, 400 items per second. Beside the pools two bare forks that get a message for each item.',
  unit: '% of the ideal',
  better: 'more',
  size: { full: 200, quick: 40 },
  share: 0.5,
  contenders: [pooling(bareWorkers, busy), ...contenders(busy)],
  aims: [
    { key: 'poolCpuPercent', what: 'pool, items of 5 ms, % of the ideal', of: RUN.name, limit: { atLeast: 95 } },
    { key: 'poolCpuMapPercent', fullOnly: true, what: 'the same by map()', of: MAP.name, limit: { atLeast: 95 } },
    { key: 'poolCpuFloor', fullOnly: true, what: 'the same, by bare forks', of: bareWorkers.name },
  ],
};

export const poolLarge: Group = {
  id: 'pool-large',
  title: 'Pool: Buffers of 1 MB',
  about:
    'Buffers of 1 MB, 40 at once, which come back as they are, 2 workers: items per second. The floor of processes is what two of them do that only copy the Buffers through memory, there and back, and are no pool.',
  unit: 'items/s',
  better: 'more',
  floor: bareCopies.name,
  size: { full: 40, quick: 10 },
  share: 0.5,
  contenders: [pooling(bareCopies, large), ...contenders(large)],
  aims: [
    {
      key: 'poolLargeProcesses',
      what: 'pool, 1 MB Buffers, against processes',
      of: RUN.name,
      against: names(PROCESSES),
      limit: { atLeast: 1 },
    },
    { key: 'poolLarge', what: 'pool, 1 MB Buffers, against all', of: RUN.name, against: ALL, limit: { atLeast: 1 } },
    {
      key: 'poolLargeFloor',
      fullOnly: true,
      what: 'processes that only copy 1 MB Buffers, against all',
      of: bareCopies.name,
      against: ALL,
    },
  ],
};

export const poolLatency: Group = {
  id: 'pool-latency',
  title: 'Pool: one item while it is idle',
  about:
    'One tiny item in a pool with nothing else to do, 3 ms of silence before each. A sample is the mean of 30. The floor of processes is a bare `child_process.fork` that answers a message, and is no pool.',
  unit: 'ms',
  better: 'less',
  floor: bareFork.name,
  size: { full: 30, quick: 10 },
  contenders: [pooling(bareFork, latency), ...contenders(latency).filter(({ name }) => name !== MAP.name)],
  aims: [
    {
      key: 'poolLatencyProcesses',
      what: 'pool, latency of one item, against processes',
      of: RUN.name,
      against: names(PROCESSES),
      limit: { atMost: 1 },
    },
    {
      key: 'poolLatency',
      what: 'pool, latency of one item, against all',
      of: RUN.name,
      against: ALL,
      limit: { atMost: 1 },
    },
    {
      key: 'poolLatencyFloor',
      fullOnly: true,
      what: 'bare fork, latency of one item, against all',
      of: bareFork.name,
      against: ALL,
    },
  ],
};

export const poolShare: Group = {
  id: 'pool-share',
  title: 'Pool: data that all items need',
  about:
    'A Buffer of 64 MB that each of 8 items reads, 2 workers: ms from the construction of the pool to its last item. By `share`, as an argument of `init`, which is sent to each worker, or as a part of each item.',
  unit: 'ms',
  better: 'less',
  floor: WITH_ITEMS.name,
  size: { full: 64, quick: 16 },
  share: 0.5,
  contenders: [SHARED, AS_ARGUMENT, WITH_ITEMS],
  aims: [
    {
      key: 'poolShare',
      fullOnly: true,
      what: 'shared data, against sending it',
      of: SHARED.name,
      against: [AS_ARGUMENT.name, WITH_ITEMS.name],
      limit: { atMost: 1 },
    },
  ],
};
