/** Host side: parts the options of a host into those of its pool and those of BullMQ. */
import { hostname } from 'node:os';
import type { WorkerOptions } from 'bullmq';
import type { CheckedOptions } from '../../pool/options';
import type { CheckedServeOptions } from '../options';

/** ms after which BullMQ tries again what Redis has refused. Its own default is 15 s. */
const RETRY = 1_000;

/** The pool tries nothing again: BullMQ does. */
export function poolOptions(options: CheckedServeOptions): CheckedOptions {
  const { workers, minWorkers, args, timeout, cancelGrace, recycleAfter, maxRss, idleTimeout, share } = options;
  const ofPool = { workers, minWorkers, args, timeout, cancelGrace, recycleAfter, maxRss, idleTimeout, share };
  // The `concurrency` of a host is how many jobs it takes at a time. A worker has one of them.
  return { ...ofPool, concurrency: 1, ordered: true, settle: false, queueLimit: Number.POSITIVE_INFINITY, retries: 0 };
}

/** All options of BullMQ's Worker, bar its connection. Completed jobs leave nothing in Redis. */
export function workerOptions(options: CheckedServeOptions): Omit<WorkerOptions, 'connection'> {
  const { prefix, concurrency, lockDuration, stalledInterval, maxStalledCount, removeOnFail } = options;
  const { limiter, metrics, telemetry } = options;
  return {
    prefix,
    // What a dashboard shows.
    name: `${hostname()}:${process.pid}`,
    concurrency,
    lockDuration,
    stalledInterval,
    maxStalledCount,
    runRetryDelay: RETRY,
    removeOnComplete: { count: 0 },
    removeOnFail,
    ...(limiter ? { limiter } : {}),
    ...(metrics ? { metrics } : {}),
    ...(telemetry ? { telemetry } : {}),
  };
}
