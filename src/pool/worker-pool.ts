/** Both sides: a pool of workers; what it does in the parent is loaded upon first use. */
import type { Observable } from 'rxjs';
import type { ShutdownOptions } from '../index';
import { type ArgsRest, checkMapOptions, checkOptions, type MapOptions, type RunOptions } from './options';
import type { Mapped, MapSource, Outcome } from './outcome';
import type * as InParent from './parent/pool-half';
import type { PoolStats } from './stats';
import {
  type AnySubprocessWorker,
  checkWorker,
  type ItemOf,
  type OutputOf,
  shownClass,
  type WorkerClass,
} from './subprocess-worker';

/** The arguments of a worker's `init`. */
type WorkerArgs<Worker extends AnySubprocessWorker> = Parameters<Worker['init']>;

/**
 * Child processes that work through items. They start as they are needed, and are replaced when they crash. A pool
 * without items does not keep the parent alive.
 *
 * @example
 * await using pool = new WorkerPool(Thumbnail, { args: [128] });
 * const small = await pool.run(image);
 */
export class WorkerPool<Worker extends AnySubprocessWorker> {
  readonly #inParent: typeof InParent;
  readonly #scheduler: InParent.Scheduler;
  #stats$: Observable<PoolStats> | undefined;

  /** @throws StateError if the class or an option is wrong */
  constructor(type: WorkerClass<Worker>, ...[options]: ArgsRest<WorkerArgs<Worker>>) {
    const where = `new WorkerPool(${shownClass(type)})`;
    checkWorker(type, where);
    const checked = checkOptions(options, type.name, where);
    this.#inParent = require('./parent/pool-half') as typeof InParent;
    this.#scheduler = new this.#inParent.Scheduler(type, checked);
  }

  /**
   * Works on one item. Resolves with its last output, undefined if it has none; rejects with what its work threw (a
   * RemoteError), with what ended its worker, with the StartError of workers that cannot start, or with the reason of
   * `signal`.
   */
  run(item: ItemOf<Worker>, options?: RunOptions): Promise<OutputOf<Worker>> {
    return this.#inParent.runItem(this.#scheduler, item, options) as Promise<OutputOf<Worker>>;
  }

  /**
   * Works on all items of `source`, once for each subscription or iteration. Emits all outputs, in the order of their
   * items, or as they are done where `ordered` is false; completes when the source has ended and every item is done;
   * errors with the first failure, unless `settle` makes each item's outcome a value. An Iterable or AsyncIterable is
   * pulled only as fast as workers take items and, where the result is iterated, the consumer takes outputs.
   */
  map(
    source: MapSource<ItemOf<Worker>>,
    options: MapOptions & { settle: true },
  ): Mapped<Outcome<ItemOf<Worker>, OutputOf<Worker>>>;
  map(source: MapSource<ItemOf<Worker>>, options?: MapOptions & { settle?: false }): Mapped<OutputOf<Worker>>;
  map(source: MapSource<ItemOf<Worker>>, options?: MapOptions): Mapped<unknown> {
    const { name, options: own } = this.#scheduler;
    return this.#inParent.mapStream(this.#scheduler, source, checkMapOptions(options, name, own));
  }

  /** How the pool does: upon subscription, then when something has changed, every 100 ms at the most. Never errors, completes when the pool has been shut down. Does not keep the parent alive. */
  get stats$(): Observable<PoolStats> {
    this.#stats$ ??= this.#scheduler.stats.observe();
    return this.#stats$;
  }

  /** Rejects what is not done with a StateError, and shuts the workers down; resolves when they are gone. */
  shutdown(options?: ShutdownOptions): Promise<void> {
    return this.#scheduler.shutdown(options);
  }

  /** `shutdown()`, for `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.shutdown();
  }
}
