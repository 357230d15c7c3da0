/** Both sides: the type of a pool's statistics. */
import type { RecordableHistogram } from 'node:perf_hooks';

/**
 * The statistics of a pool at one moment.
 *
 * @example
 * await using pool = new WorkerPool(Thumbnail, { args: [128] });
 * pool.stats$.subscribe(({ queued, workers, runTime }) =>
 *   console.log(queued, workers, runTime.mean / 1e6, 'ms'),
 * );
 */
export interface PoolStats {
  /** How many items wait, in the pool or in a busy worker. */
  queued: number;
  /** How many items are being worked on. */
  running: number;
  /** How many items were fulfilled, since the pool was constructed. */
  done: number;
  /** How many items were rejected, since the pool was constructed. */
  failed: number;
  /** How many items were given up before the work on them began, since the pool was constructed. */
  canceled: number;
  /** How many child processes take items, including those that are starting. */
  workers: number;
  /** The share of their time that workers have worked, from 0 to 1. Their time counts from when they were ready. */
  utilization: number;
  /** How long items waited before the work on them began, in nanoseconds. */
  waitTime: PoolHistogram;
  /** How long the work on items took, in nanoseconds. */
  runTime: PoolHistogram;
}

/** A histogram of `node:perf_hooks` without its methods that write. It is live: it changes with each item. */
export type PoolHistogram = Omit<RecordableHistogram, 'record' | 'recordDelta' | 'add' | 'reset'>;
