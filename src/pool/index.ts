/** Both sides: the public surface of the pool. */
export { mapInSubprocess } from './map-in-subprocess';
export type { MapOptions, PoolOptions, PoolShutdownOptions, RunOptions } from './options';
export type { Mapped, MapSource, Outcome } from './outcome';
export type { PoolStats } from './stats';
export {
  type AnySubprocessWorker,
  type ItemContext,
  type ItemOf,
  type OutputOf,
  type RunResultOf,
  type SharedOf,
  SubprocessWorker,
  type WorkerClass,
} from './subprocess-worker';
export { isTimeoutError, TimeoutError } from './timeout-error';
export { WorkerPool } from './worker-pool';
