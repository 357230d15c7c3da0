/** Both sides: begins to serve a queue, and loads the host side for it. */
import type { Observable as ObservableType } from 'rxjs';
import type { PoolStats } from '../pool/stats';
import {
  type AnySubprocessWorker,
  checkWorker,
  nameOfClass,
  type WorkerArgs,
  type WorkerClass,
} from '../pool/subprocess-worker';
import { inertPromise, inertStream, isReplayed } from '../side';
import type * as HostHalf from './host/host-half';
import { checkServeOptions, type ServeRest } from './options';

/** What `serveQueue` returns. */
export interface QueueHost {
  /** Emits the statistics of the host's pool, as a WorkerPool does. Completes when the host is closed. Never errors. */
  readonly stats$: ObservableType<PoolStats>;
  /**
   * Takes no more items, finishes those that are here, and shuts the workers down. Resolves when all is closed. Rejects
   * with what BullMQ throws when its worker is closed. If Redis is down, waits `lockDuration` for it, or 2 s if there are
   * no items here; other hosts then get the items.
   */
  close(): Promise<void>;
  /** `close()`, for `await using`. */
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Works on the items that callers of the same class hand in, by `mapOverQueue` or a `QueuePool`, in a pool of this
 * process. Begins at once, and keeps this process alive until it is closed. If Redis is down, it waits until Redis is
 * back.
 *
 * @throws StateError if the class or an option is wrong, or if bullmq or ioredis is not installed
 * @example
 * const host = serveQueue(Thumbnail, {
 *   connection: 'redis://queue:6379',
 *   args: [128],
 * });
 * // Finishes the items that it has, and takes no more.
 * process.once('SIGTERM', () => void host.close());
 */
export function serveQueue<Worker extends AnySubprocessWorker>(
  type: WorkerClass<Worker>,
  options: ServeRest<WorkerArgs<Worker>>,
): QueueHost {
  const call = `serveQueue(${nameOfClass(type)})`;
  checkWorker(type, call);
  const checked = checkServeOptions(options, type.name, call);
  // A child that loads the module once more serves nobody.
  if (isReplayed()) return inert;
  const { QueueHost: Host } = require('./host/host-half') as typeof HostHalf;
  const host = new Host(type, checked);
  const stats$ = host.pool.stats.observe();
  return { stats$, close: () => host.close(), [Symbol.asyncDispose]: () => host.close() };
}

const never = (): Promise<never> => inertPromise() ?? new Promise(() => {});

/** Does nothing, and never settles. */
const inert: QueueHost = {
  get stats$() {
    const stream = inertStream();
    if (stream) return stream;
    const { Observable } = require('rxjs/internal/Observable') as typeof import('rxjs');
    return new Observable<PoolStats>(() => {});
  },
  close: never,
  [Symbol.asyncDispose]: never,
};
