/** Both sides: the type of a pool's statistics. */
import type { RecordableHistogram } from 'node:perf_hooks';

export interface PoolStats {
  /** Items that wait, in the pool or in a busy worker. */
  queued: number;
  /** Items that are being worked on. */
  running: number;
  /** Items that were fulfilled, since the pool was constructed. */
  done: number;
  /** Items that were rejected, since the pool was constructed. */
  failed: number;
  /** Items that were given up before the work on them began, since the pool was constructed. */
  canceled: number;
  /** Child processes that take items, including those that are starting. */
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
