/** Parent side: gives the waiting items of a pool to its workers, in batches. */
import { now } from '../../../util/clock';
import { clearTimeout, setTimeout } from '../../../util/timers';
import type { CheckedOptions } from '../../options';
import { SMALL_BATCH } from '../items/blame';
import type { ItemQueue } from '../items/item-queue';
import type { Job } from '../items/job';
import type { WorkerHandle } from '../workers/worker-handle';
import { Pace } from './pace';
import { Rebalance } from './rebalance';
import type { Roster } from './roster';

/** The most batches that a worker has: one that it works on, and one that it goes on with. */
const MAX_BATCHES = 2;

/** How items wait for others, since those that travel together cost less. */
export interface Gathering {
  /** Puts a dispatch off. It comes once for all items that are added until then. */
  defer(dispatch: () => void): void;
  /** ms that tiny items wait for a busy worker to answer, before another one is woken for them. 0: they are spread. */
  patience: number;
}

/** `RESOLVED.then()` queues a microtask in half the time of `queueMicrotask()`. */
const RESOLVED = Promise.resolve();
export const BRIEFLY: Gathering = { defer: dispatch => void RESOLVED.then(dispatch), patience: 0 };

export interface DispatcherConfig {
  options: CheckedOptions;
  queue: ItemQueue;
  roster: Roster;
  gathering: Gathering;
  /** Whether somebody waits for the pool to be ready. */
  isAwaited(): boolean;
  /** Called before each dispatch. */
  onDispatch(): void;
  /** Called with what the constructor of a worker threw. */
  onStartError(error: unknown): void;
}

export class Dispatcher {
  readonly #config: DispatcherConfig;
  readonly #pace = new Pace();
  readonly #rebalance: Rebalance;
  #isDispatchDue = false;
  #patienceTimer: NodeJS.Timeout | undefined;
  #isStopped = false;

  constructor(config: DispatcherConfig) {
    const { queue, roster } = config;
    this.#config = config;
    this.#rebalance = new Rebalance(roster, () => queue.length === 0 && (roster.hasIdle || roster.hasRoom));
  }

  /** How many items the pool should have so that no worker has to wait: twice as many as its workers hold. */
  get window(): number {
    const { workers, concurrency } = this.#config.options;
    return concurrency > 1 ? workers * concurrency * 2 : workers * MAX_BATCHES * this.#pace.batchSize * 2;
  }

  /** Gives no more items to workers. */
  stop(): void {
    this.#isStopped = true;
    this.#rebalance.stop();
    clearTimeout(this.#patienceTimer);
  }

  /** An item was added to the queue. `isLarge`: it took long to copy. */
  onAdded(isLarge: boolean): void {
    // If items take long to copy or to work on, an idle worker begins this one before the next is added.
    if (isLarge || (this.#config.queue.length === 1 && this.#pace.isSlow)) this.#giveToIdle();
    this.dispatchSoon();
  }

  /** A worker has done `count` items. `sum` and `squares`: the sums of their ms and of the squares of these. */
  onAnswered(worker: WorkerHandle, count: number, sum: number, squares: number): void {
    this.#pace.observe(count, sum, squares);
    this.#giveNext(worker, true);
  }

  /** A worker may have room for items, although it has done none: it is ready, or some were taken from it. */
  onRoom(worker: WorkerHandle): void {
    this.#giveNext(worker, false);
  }

  /** Dispatches once for all items that are added until then. */
  dispatchSoon(): void {
    if (this.#isDispatchDue) return;
    this.#isDispatchDue = true;
    this.#config.gathering.defer(this.#dispatch);
  }

  /** Shuts a worker down gracefully. When it has exited, another is started if items need it. */
  replace(worker: WorkerHandle): void {
    this.#config.roster.replace(worker);
    this.dispatchSoon();
  }

  readonly #dispatch = (): void => {
    this.#isDispatchDue = false;
    if (this.#isStopped) return;
    const { queue, roster, onDispatch, onStartError } = this.#config;
    onDispatch();
    if (queue.length > 0 && !this.#areWithheld()) this.#giveToIdle();
    if (queue.length > 0 || roster.lacksWarm) {
      try {
        roster.startFor(queue.length);
      } catch (error) {
        onStartError(error);
      }
    }
    if (queue.length === 0) this.#rebalance.lookSoon();
    this.updateRefs();
  };

  /** Whether workers keep the parent alive may have changed. */
  updateRefs(): void {
    for (const worker of this.#config.roster) this.#updateRef(worker);
  }

  #giveNext(worker: WorkerHandle, hasAnswered: boolean): void {
    this.#give(worker, hasAnswered);
    if (this.#config.queue.length === 0 && !worker.hasItems) this.#rebalance.lookSoon();
    this.#updateRef(worker);
  }

  /** Whether the items that wait are better worked on by one worker, since those that are done together cost less. */
  get #areTrifles(): boolean {
    const { gathering, queue } = this.#config;
    return gathering.patience > 0 && this.#pace.isTrifle(queue.length);
  }

  /** Whether the items that wait are left to a busy worker, which is about to answer. Looks again in case it does not. */
  #areWithheld(): boolean {
    const { gathering, roster } = this.#config;
    if (!this.#areTrifles) return false;
    const since = now() - gathering.patience;
    const isSoonDone = ({ isReady, hasItems, lanes }: WorkerHandle) =>
      isReady && hasItems && lanes.some(({ headSince }) => headSince > since);
    if (![...roster].some(isSoonDone)) return false;
    this.#patienceTimer ??= setTimeout(() => {
      this.#patienceTimer = undefined;
      this.dispatchSoon();
    }, gathering.patience).unref();
    return true;
  }

  #giveToIdle(): void {
    const { roster, options } = this.#config;
    // One lane after the other, so that the workers have about as many items each.
    for (let lane = 0; lane < options.concurrency; lane++) {
      for (const worker of roster) if (worker.lanes[lane]?.batchCount === 0) this.#give(worker, false, lane, lane + 1);
    }
  }

  /** Gives a worker its next items, if these lanes have room for them. */
  #give(worker: WorkerHandle, hasAnswered: boolean, from = 0, to = this.#config.options.concurrency): void {
    if (this.#isStopped || !worker.isReady) return;
    const { options, queue } = this.#config;
    const { recycleAfter, maxRss, concurrency } = options;
    if (worker.givenCount >= recycleAfter || worker.rss > maxRss) {
      if (!worker.hasItems) this.replace(worker);
      return;
    }
    if (concurrency > 1) return this.#giveOneEach(worker, from, to);
    const [lane] = worker.lanes;
    if (!lane || lane.isGivingBack) return;
    // A worker that has not answered yet may have a long item, and other items should not wait behind that one.
    const maxBatches = hasAnswered && this.#pace.mayPrefetch ? MAX_BATCHES : 1;
    while (queue.length > 0 && lane.batchCount < maxBatches) {
      const jobs = queue.takeBatch(this.#batchLimit(recycleAfter - worker.givenCount));
      if (jobs.length === 0) break;
      lane.give(jobs);
    }
  }

  /** The most items of the next batch. */
  #batchLimit(limit: number): number {
    const { options, queue, roster } = this.#config;
    const share = this.#pace.share(queue.length, this.#areTrifles ? 1 : roster.size);
    // With a timeout, batches are small, so that the item that takes too long is found sooner.
    return Math.min(share, limit, options.timeout < Number.POSITIVE_INFINITY ? SMALL_BATCH : share);
  }

  /** Gives one item to each of the lanes that have none. */
  #giveOneEach(worker: WorkerHandle, from: number, to: number): void {
    const { options, queue } = this.#config;
    for (let index = from; index < to && worker.givenCount < options.recycleAfter; index++) {
      const lane = worker.lanes[index];
      if (!lane || lane.batchCount > 0) continue;
      const { first } = queue;
      if (!first || !mayJoin(first, worker)) return;
      const jobs = queue.takeBatch(1);
      if (jobs.length > 0) lane.give(jobs);
    }
  }

  /** A worker without items does not keep the parent alive, unless somebody waits for it to start or to exit. */
  #updateRef(worker: WorkerHandle): void {
    if (worker.hasItems) return;
    const { queue, isAwaited } = this.#config;
    if (!worker.isReady && (queue.length > 0 || isAwaited())) worker.ref();
    else worker.unref();
  }
}

/** Whether an item may be worked on beside those of a worker. If one of them has ended a worker, it may be alone. */
function mayJoin(job: Job, worker: WorkerHandle): boolean {
  let limit = job.batchLimit;
  // A worker may have thousands of items, and hardly ever has one with a limit.
  if (worker.load.limitedCount > 0) for (const { batchLimit } of worker.jobs()) limit = Math.min(limit, batchLimit);
  return worker.itemCount < limit;
}
