/** Both sides: what a pool tells of itself. */
import type { RecordableHistogram } from 'node:perf_hooks';

export interface PoolStats {
  /** Items that wait, in the pool or at a worker that is busy. */
  queued: number;
  /** Items that are worked on. */
  running: number;
  /** Items that were fulfilled, and that were rejected, since the pool was made. */
  done: number;
  failed: number;
  /** Child processes that take items, those that are starting included. */
  workers: number;
  /** The share of their time that workers have worked, 0 to 1, since they were ready. */
  utilization: number;
  /** How long items have waited before their work, and how long that took: Node's histograms, in nanoseconds. */
  waitTime: PoolHistogram;
  runTime: PoolHistogram;
}

/** A histogram that can be read; it goes on counting while one holds it. */
export type PoolHistogram = Omit<RecordableHistogram, 'record' | 'recordDelta' | 'add' | 'reset'>;
