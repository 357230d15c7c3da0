/** Both sides: the class of a pool, which loads its parent side when it is constructed. */
import type { Observable } from 'rxjs';
import {
  checkMapOptions,
  checkOptions,
  type MapOptions,
  type OptionsRest,
  type PoolShutdownOptions,
  type RunOptions,
} from './options';
import type { Mapped, MapSource, Outcome } from './outcome';
import type * as PoolHalf from './parent/pool-half';
import type { PoolStats } from './stats';
import {
  type AnySubprocessWorker,
  checkWorker,
  type ItemOf,
  nameOfClass,
  type OutputOf,
  type RunResultOf,
  type WorkerClass,
} from './subprocess-worker';

/**
 * Child processes that work through items. They start as they are needed, and are replaced when they crash. A pool
 * without items does not keep the parent alive.
 *
 * @example
 * await using pool = new WorkerPool(Thumbnail, { args: [128] });
 * const small = await pool.run(image);
 */
export class WorkerPool<Worker extends AnySubprocessWorker> {
  readonly #parentHalf: typeof PoolHalf;
  readonly #scheduler: PoolHalf.Scheduler;
  #stats$: Observable<PoolStats> | undefined;
  #ready$: Observable<void> | undefined;

  /**
   * @param type - the class of the workers
   * @param options - how the pool works; required if `args` or `share` is
   * @throws StateError if the class or an option is wrong
   */
  constructor(type: WorkerClass<Worker>, ...[options]: OptionsRest<Worker>) {
    const call = `new WorkerPool(${nameOfClass(type)})`;
    checkWorker(type, call);
    const checked = checkOptions(options, type.name, call);
    this.#parentHalf = require('./parent/pool-half') as typeof PoolHalf;
    this.#scheduler = new this.#parentHalf.Scheduler(type, checked);
  }

  /**
   * Works on one item. Resolves with the output, or with an array of all outputs if `work` gives several: from a
   * generator, an AsyncIterable or an Observable. Items of a higher `priority` go first. Rejects with a RemoteError if
   * the work threw, a TimeoutError if it took too long, an ExitError if its worker crashed, a StartError if workers
   * cannot start, a SendError if the item or its output cannot cross, or a StateError if the pool is full or shut down.
   * If `signal` aborts, rejects with its reason.
   */
  run(item: ItemOf<Worker>, options?: RunOptions): Promise<RunResultOf<Worker>> {
    return this.#parentHalf.runItem(this.#scheduler, item, options) as Promise<RunResultOf<Worker>>;
  }

  /**
   * Works on all items of `source`, once for each subscription or iteration. Emits all outputs, in the order of their
   * items unless `ordered` is false. Completes when the source has ended and every item is done. Errors with the first
   * failure, unless `settle` makes each item's outcome a value. If `signal` aborts, errors with its reason, and drops
   * the outputs that you have not taken. An Iterable or AsyncIterable is pulled only as fast as workers take items. If
   * you iterate the outputs, it is also pulled only as fast as you take them.
   */
  map(
    source: MapSource<ItemOf<Worker>>,
    options: MapOptions & { settle: true },
  ): Mapped<Outcome<ItemOf<Worker>, OutputOf<Worker>>>;
  map(source: MapSource<ItemOf<Worker>>, options?: MapOptions & { settle?: false }): Mapped<OutputOf<Worker>>;
  map(source: MapSource<ItemOf<Worker>>, options?: MapOptions): Mapped<unknown> {
    const { name, options: poolOptions } = this.#scheduler;
    return this.#parentHalf.mapStream(this.#scheduler, source, checkMapOptions(options, name, poolOptions));
  }

  /**
   * Statistics of the pool. Emits them on subscription and then after changes, at most every 100 ms. Completes when the
   * pool has been shut down. Never errors, and does not keep the parent alive.
   */
  get stats$(): Observable<PoolStats> {
    this.#stats$ ??= this.#scheduler.stats.observe();
    return this.#stats$;
  }

  /**
   * Emits once (void) when `minWorkers` workers are ready, or the first one if that is 0, and completes. Errors with a
   * StartError if the pool gives up on a start before, or with a StateError if it is shut down before. Replayed. It
   * starts no worker. While it is subscribed to, workers that start keep the parent alive.
   */
  get ready$(): Observable<void> {
    this.#ready$ ??= this.#scheduler.readiness.observe();
    return this.#ready$;
  }

  /**
   * Takes no more items and no more streams. Finishes the items that it was given, and the streams that are subscribed
   * to, to the end of their sources. Then shuts the workers down. Resolves when they have exited. Never rejects: failures
   * of items are not its failures. `shutdown()` ends it before its time.
   */
  drain(): Promise<void> {
    return this.#scheduler.shutdown({ drain: true });
  }

  /**
   * Rejects all unfinished items with a StateError, and shuts the workers down. Resolves when they have exited. With
   * `drain: true`, first does as `drain()`; the other options then hold for the workers' end. Rejects with a StateError
   * if an option is wrong.
   */
  shutdown(options?: PoolShutdownOptions): Promise<void> {
    return this.#scheduler.shutdown(options);
  }

  /** `shutdown()`, for `await using`. It does not drain: a block that is left by an error must not wait for the rest. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.shutdown();
  }
}
