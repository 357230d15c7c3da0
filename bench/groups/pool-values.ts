/** Values of several kinds, there and back through a pool of two workers. */
import { bareBatches } from '../contenders/pool/bare-batches';
import type { Format } from '../contenders/pool/bare-frames';
import { type Job, objects, pooling, texts } from '../contenders/pool/pool';
import type { Aim, Group } from '../suite/group';
import { FAST_THREADS, KINDS, names, PROCESSES, RUN } from './pool';

interface Values {
  id: string;
  key: string;
  /** As the titles have it. */
  title: string;
  count: number;
  job: Job;
  /** How many times as fast as the best pool of processes, and of threads. */
  processes: number;
  threads: number;
  /** The format in which bare processes are fastest. */
  format: Format;
}

const values = ({ id, key, title, count, job, processes, threads, format }: Values): Group => ({
  id,
  title: `Pool: ${title}`,
  about: `${count.toLocaleString('en')} ${title} at once, which come back as they are, 2 workers: items per second. The floor of processes is what two of them do that only serialize batches, as JSON or in v8's format, there and back through a pipe, and are no pool.`,
  unit: 'items/s',
  better: 'more',
  floor: 'tinypool, child_process',
  size: { full: count, quick: count / 10 },
  share: 0.5,
  contenders: [bareBatches('JSON'), bareBatches('v8'), ...KINDS].map(kind => pooling(kind, job)),
  aims: [
    aim(`${key}Processes`, title, names(PROCESSES), processes),
    aim(`${key}Threads`, title, FAST_THREADS, threads),
    floorAim(`${key}FloorProcesses`, title, format, names(PROCESSES)),
    floorAim(`${key}FloorThreads`, title, format, FAST_THREADS),
  ],
});

const aim = (key: string, title: string, against: string[], atLeast: number): Aim => ({
  key,
  fullOnly: true,
  what: `pool, ${title}, against ${key.endsWith('Threads') ? 'threads' : 'processes'}`,
  of: RUN.name,
  against,
  limit: { atLeast },
});

const floorAim = (key: string, title: string, format: Format, against: string[]): Aim => ({
  key,
  fullOnly: true,
  what: `processes that only serialize ${title}, against ${key.endsWith('Threads') ? 'threads' : 'processes'}`,
  of: bareBatches(format).name,
  against,
});

export const poolObjects = values({
  id: 'pool-objects',
  key: 'poolObjects',
  title: 'objects of ten fields, 200 bytes',
  count: 10_000,
  job: objects(200),
  processes: 5,
  threads: 2,
  format: 'JSON',
});

export const poolObjects2k = values({
  id: 'pool-objects-2k',
  key: 'poolObjects2k',
  title: 'objects of ten fields, 2 KB',
  count: 10_000,
  job: objects(2_000),
  processes: 5,
  threads: 2,
  format: 'v8',
});

export const poolTexts = values({
  id: 'pool-texts',
  key: 'poolTexts',
  title: 'texts of 10 KB',
  count: 2_000,
  job: texts(10_000),
  processes: 2,
  threads: 1,
  format: 'v8',
});
