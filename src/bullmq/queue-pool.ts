/** Both sides: the class of a caller, which loads its caller side when it is constructed. */
import type { Observable as ObservableType } from 'rxjs';
import { checkMapOptions, type MapOptions, type RunOptions } from '../pool/options';
import type { Mapped, MapSource, Outcome } from '../pool/outcome';
import type { PoolStats } from '../pool/stats';
import {
  type AnySubprocessWorker,
  checkWorker,
  type ItemOf,
  nameOfClass,
  type OutputOf,
  type RunResultOf,
  type WorkerClass,
} from '../pool/subprocess-worker';
import { WorkerPool } from '../pool/worker-pool';
import { inertPromise, inertStream, isReplayed } from '../side';
import type * as CallerHalf from './caller/caller-half';
import { type CallOptions, type CheckedCallOptions, checkCallOptions } from './options';

/**
 * The twin of a WorkerPool whose workers are in other processes or on other machines: those that call `serveQueue` with
 * the same class. Items go there by a queue of BullMQ, on Redis, and each is worked on at least once. A QueuePool without
 * items does not keep the parent alive.
 *
 * @example
 * await using pool = new QueuePool(Thumbnail, {
 *   connection: 'redis://queue:6379',
 * });
 * const small = await pool.run(image);
 */
export class QueuePool<Worker extends AnySubprocessWorker> {
  readonly #name: string;
  readonly #options: CheckedCallOptions;
  readonly #way: Way;

  /** @throws StateError if the class or an option is wrong, or if bullmq or ioredis is not installed */
  constructor(type: WorkerClass<Worker>, options: CallOptions) {
    const call = `new QueuePool(${nameOfClass(type)})`;
    checkWorker(type, call);
    this.#options = checkCallOptions(options, type.name, call);
    this.#name = type.name;
    // A child that loads the module once more has no queue.
    this.#way = isReplayed() ? inert : wayOf(type, this.#options);
  }

  /**
   * Works on one item. Resolves with the output, or with an array of all outputs if `work` gives several, as a WorkerPool
   * does. Rejects with the error of the work or of its worker; with a SendError if the item cannot cross; with Redis's error if it
   * cannot take the item; or with a StateError if the pool is shut down, no host has taken an item for `hostTimeout` ms,
   * or Redis could not be reached for 10 s. If `signal` aborts, rejects with its reason, and the host gives the item up.
   * Items of a higher `priority` go first, of those that wait here; the option `priority` of the pool is BullMQ's.
   */
  run(item: ItemOf<Worker>, options?: RunOptions): Promise<RunResultOf<Worker>> {
    return this.#way.run(item, options) as Promise<RunResultOf<Worker>>;
  }

  /**
   * Works on all items of `source`, once for each subscription or iteration. Emits all outputs, in the order of their
   * items unless `ordered` is false. Completes when the source has ended and every item is done. Errors with the first
   * failure, unless `settle` makes each item's outcome a value. An Iterable or AsyncIterable is pulled only as far as
   * `ahead` allows, and if you iterate the outputs, only as fast as you take them.
   */
  map(
    source: MapSource<ItemOf<Worker>>,
    options: MapOptions & { settle: true },
  ): Mapped<Outcome<ItemOf<Worker>, OutputOf<Worker>>>;
  map(source: MapSource<ItemOf<Worker>>, options?: MapOptions & { settle?: false }): Mapped<OutputOf<Worker>>;
  map(source: MapSource<ItemOf<Worker>>, options?: MapOptions): Mapped<unknown> {
    return this.#way.map(source, checkMapOptions(options, this.#name, this.#options));
  }

  /**
   * Statistics of this caller's items. Emits them on subscription and then after changes, at most every 100 ms.
   * `queued`: items that wait here. `running`: items in the queue or at a host. `workers` and `utilization` are 0, since
   * the hosts have the workers. Completes when the pool has been shut down. Never errors.
   */
  get stats$(): ObservableType<PoolStats> {
    return this.#way.stats$;
  }

  /**
   * Rejects all unfinished items with a StateError, takes them out of the queue or has their hosts give them up, and
   * closes the connections. Resolves when that is done; hosts that cannot be told give the items up when they next write.
   * Never rejects.
   */
  shutdown(): Promise<void> {
    return this.#way.shutdown();
  }

  /** `shutdown()`, for `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.shutdown();
  }
}

/** The way of items to their workers: by a queue, or by a pool of this process. */
interface Way {
  run(item: unknown, options?: RunOptions): Promise<unknown>;
  map(source: MapSource<any>, options: MapOptions & { ordered: boolean; settle: boolean }): Mapped<unknown>;
  readonly stats$: ObservableType<PoolStats>;
  shutdown(): Promise<void>;
}

function wayOf(type: WorkerClass, options: CheckedCallOptions): Way {
  if (options.connection !== 'local') return byQueue(type.name, options);
  const { local, ordered, settle } = options;
  const pool = new WorkerPool(type, { ...local, ordered, settle } as never);
  return {
    run: (item, runOptions) => pool.run(item as never, runOptions),
    map: (source, mapOptions) => pool.map(source, mapOptions as never),
    stats$: pool.stats$,
    // It takes no options here, so that both ways are the same call.
    shutdown: () => pool.shutdown(),
  };
}

function byQueue(name: string, options: CheckedCallOptions): Way {
  const { mapStream, runItem, QueueScheduler } = require('./caller/caller-half') as typeof CallerHalf;
  const scheduler = new QueueScheduler(name, options);
  return {
    run: (item, runOptions) => runItem(scheduler, item, runOptions),
    map: (source, mapOptions) => mapStream(scheduler, source, mapOptions),
    stats$: scheduler.stats.observe(),
    shutdown: () => scheduler.shutdown(),
  };
}

const never = (): Promise<never> => inertPromise() ?? new Promise(() => {});

const silent = <T>(): ObservableType<T> => {
  const stream = inertStream();
  if (stream) return stream;
  const { Observable } = require('rxjs/internal/Observable') as typeof import('rxjs');
  return new Observable<T>(() => {});
};

/** Does nothing, and never settles. */
const inert: Way = {
  run: never,
  map: () => Object.assign(silent(), { [Symbol.asyncIterator]: () => ({ next: never }) as AsyncIterator<never> }),
  get stats$() {
    return silent<PoolStats>();
  },
  shutdown: never,
};
