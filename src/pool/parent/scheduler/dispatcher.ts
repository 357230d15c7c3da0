/** Parent side: gives the waiting items of a pool to its workers, in batches. */
import type { CheckedOptions } from '../../options';
import { FEW } from '../items/blame';
import type { ItemQueue } from '../items/item-queue';
import type { WorkerHandle } from '../workers/worker-handle';
import { Pace } from './pace';
import type { Roster } from './roster';

/** Batches that a worker has at a time: one to work on, and one to go on with. */
const BATCHES = 2;

/** Its `then` is a microtask that takes half as long as `queueMicrotask()`. */
const SETTLED = Promise.resolve();

export interface DispatcherConfig {
  options: CheckedOptions;
  queue: ItemQueue;
  roster: Roster;
  /** Called before each dispatch. */
  onDispatch(): void;
  /** No worker could be constructed: there is not even a task that could tell of it. */
  onStartError(error: unknown): void;
}

export class Dispatcher {
  readonly #config: DispatcherConfig;
  readonly #pace = new Pace();
  #isDue = false;
  #isStopped = false;

  constructor(config: DispatcherConfig) {
    this.#config = config;
  }

  /** How many items keep all workers supplied. */
  get window(): number {
    return this.#config.options.workers * BATCHES * this.#pace.batch * 2;
  }

  /** Nothing is given out any more. */
  stop(): void {
    this.#isStopped = true;
  }

  /** An item was added. `isLarge`: its copy took long enough for a worker to begin meanwhile. */
  added(isLarge: boolean): void {
    // What takes long to copy, or to work on, is begun before the next item is added.
    if (isLarge || (this.#config.queue.length === 1 && this.#pace.isSlow)) this.#feedIdle();
    this.soon();
  }

  /** Of `count` items that a worker has done, the sums of their ms and of the squares. */
  answered(worker: WorkerHandle, count: number, sum: number, squares: number): void {
    if (count > 0) this.#pace.observe(count, sum, squares);
    this.feed(worker, count > 0);
  }

  /** Dispatches once for all that happens during one turn. */
  soon(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    void SETTLED.then(this.#dispatch);
  }

  /** Gives a worker its next items, if it has room for them. */
  feed(worker: WorkerHandle, hasAnswered = false): void {
    this.#give(worker, hasAnswered);
    this.#rest(worker);
  }

  /** Ends a worker in its own time, and starts another if items need it. */
  replace(worker: WorkerHandle): void {
    this.#config.roster.replace(worker);
    this.soon();
  }

  readonly #dispatch = (): void => {
    this.#isDue = false;
    if (this.#isStopped) return;
    const { queue, roster, onDispatch, onStartError } = this.#config;
    onDispatch();
    if (queue.length > 0) {
      this.#feedIdle();
      try {
        roster.startFor(queue.length);
      } catch (error) {
        onStartError(error);
      }
    }
    for (const worker of roster) this.#rest(worker);
  };

  #feedIdle(): void {
    for (const worker of this.#config.roster) if (worker.batches === 0) this.#give(worker, false);
  }

  #give(worker: WorkerHandle, hasAnswered: boolean): void {
    if (this.#isStopped || !worker.isReady) return;
    const { options, queue, roster } = this.#config;
    const { recycleAfter, maxRss, timeout } = options;
    if (worker.given >= recycleAfter || worker.rss > maxRss) {
      if (worker.batches === 0) this.replace(worker);
      return;
    }
    // A worker that has not answered yet may have a long item. Others do not wait behind it.
    const most = hasAnswered && this.#pace.isAhead ? BATCHES : 1;
    while (queue.length > 0 && worker.batches < most) {
      const share = this.#pace.share(queue.length, roster.size);
      // With a timeout, batches are small: the item that takes too long is found sooner in a small one.
      const limit = timeout < Number.POSITIVE_INFINITY ? FEW : share;
      const jobs = queue.take(Math.min(share, limit, recycleAfter - worker.given));
      if (jobs.length === 0) break;
      worker.give(jobs);
    }
  }

  /** A worker without items does not keep the parent alive, unless it is starting for items that wait. */
  #rest(worker: WorkerHandle): void {
    if (worker.batches > 0) return;
    if (worker.readySince === undefined && this.#config.queue.length > 0) worker.hold();
    else worker.release();
  }
}
