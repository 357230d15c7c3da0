/** Parent side: gives the waiting items of a pool to its workers, in batches. */
import { now } from '../../../util/clock';
import { inMicrotask } from '../../../util/in-microtask';
import { clearTimeout, setTimeout } from '../../../util/timers';
import type { CheckedOptions } from '../../options';
import { SMALL_BATCH } from '../items/blame';
import type { ItemQueue } from '../items/item-queue';
import type { Job } from '../items/job';
import type { WorkDone } from '../workers/read-answers';
import type { WorkerHandle } from '../workers/worker-handle';
import { Pace } from './pace';
import { Rebalance } from './rebalance';
import type { Roster } from './roster';

/** The most batches that a worker has: one that it works on, and one that it goes on with. */
const MAX_BATCHES = 2;

/** When waiting items are given to workers. Items that travel together cost less. */
export interface DispatchTiming {
  /** Puts a dispatch off. It comes once for all items that are added until then. */
  defer(dispatch: () => void): void;
  /** The most ms that tiny items wait for a busy worker, before an idle one is woken for them. 0: they do not wait. */
  busyWorkerWait: number;
}

export const IN_MICROTASK: DispatchTiming = { defer: inMicrotask, busyWorkerWait: 0 };

export interface DispatcherConfig {
  options: CheckedOptions;
  queue: ItemQueue;
  roster: Roster;
  timing: DispatchTiming;
  /** Whether somebody waits for the pool to be ready. */
  isAwaited(): boolean;
  /** Called after each dispatch. */
  onDispatch(): void;
  /** Called with what the constructor of a worker threw. */
  onStartError(error: unknown): void;
}

export class Dispatcher {
  readonly #config: DispatcherConfig;
  readonly #pace = new Pace();
  readonly #rebalance: Rebalance;
  #isDispatchDue = false;
  #waitTimer: NodeJS.Timeout | undefined;
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
    clearTimeout(this.#waitTimer);
  }

  /** An item was added to the queue. `isLarge`: it took long to copy. */
  onAdded(isLarge: boolean): void {
    // If items take long to copy or to work on, an idle worker begins this one before the next is added.
    if (isLarge || (this.#config.queue.length === 1 && this.#pace.isSlow)) this.#giveToIdle();
    this.dispatchSoon();
  }

  /**
   * A worker has done items. `isDeferred`: no items waited when the answers came, and their callers have gone on since.
   * Items that they have added go to all idle workers, by the dispatch that is due.
   */
  onAnswered(worker: WorkerHandle, done: WorkDone, isDeferred: boolean): void {
    this.#pace.observe(done);
    if (!isDeferred || !this.#isDispatchDue) this.#giveNext(worker, true);
  }

  /** A worker may have room for items, although it has done none: it is ready, or some were taken from it. */
  onRoom(worker: WorkerHandle): void {
    this.#giveNext(worker, false);
  }

  /** Dispatches once for all items that are added until then. */
  dispatchSoon(): void {
    if (this.#isDispatchDue) return;
    this.#isDispatchDue = true;
    this.#config.timing.defer(this.#dispatch);
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
    const areSoonTaken = queue.length > 0 && this.#areSoonTaken();
    if (areSoonTaken) this.#dispatchAfterWait();
    else if (queue.length > 0) this.#giveToIdle();
    // No process is started for items that a busy worker is about to take.
    const waiting = areSoonTaken ? 0 : queue.length;
    if (waiting > 0 || roster.lacksWarm) {
      try {
        roster.startFor(waiting);
      } catch (error) {
        onStartError(error);
      }
    }
    if (queue.length === 0) this.#rebalance.lookSoon();
    this.updateRefs();
    onDispatch();
  };

  /** Whether workers keep the parent alive may have changed. */
  updateRefs(): void {
    const { active } = this.#config.roster;
    for (let at = 0; at < active.length; at++) this.#updateRef(active[at] as WorkerHandle);
  }

  #giveNext(worker: WorkerHandle, hasAnswered: boolean): void {
    this.#give(worker, hasAnswered);
    if (this.#config.queue.length === 0 && !worker.hasItems) this.#rebalance.lookSoon();
    this.#updateRef(worker);
  }

  /** Whether one worker should get all waiting items: to wake a second one takes longer than the work on them. */
  get #areForOne(): boolean {
    const { timing, queue } = this.#config;
    return timing.busyWorkerWait > 0 && this.#pace.areTiny(queue.length);
  }

  /** Whether a busy worker will probably take the waiting items within the wait. */
  #areSoonTaken(): boolean {
    if (!this.#areForOne) return false;
    const { timing, roster } = this.#config;
    const since = now() - timing.busyWorkerWait;
    return roster.active.some(
      ({ isReady, hasItems, lanes }) => isReady && hasItems && lanes.some(({ headSince }) => headSince > since),
    );
  }

  /** In case the busy worker has not taken the items by then. */
  #dispatchAfterWait(): void {
    this.#waitTimer ??= setTimeout(() => {
      this.#waitTimer = undefined;
      this.dispatchSoon();
    }, this.#config.timing.busyWorkerWait).unref();
  }

  #giveToIdle(): void {
    const { roster, options } = this.#config;
    const { active } = roster;
    // One lane after the other, so that the workers have about as many items each.
    for (let lane = 0; lane < options.concurrency; lane++) {
      for (let at = 0; at < active.length; at++) {
        const worker = active[at] as WorkerHandle;
        if (worker.lanes[lane]?.batchCount === 0) this.#give(worker, false, lane, lane + 1);
      }
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
    const lane = worker.lanes[0];
    if (!lane || lane.isGivingBack) return;
    // A worker that has not answered yet may have a long item, and other items should not wait behind that one.
    const maxBatches = hasAnswered && this.#pace.mayPrefetch ? MAX_BATCHES : 1;
    while (queue.length > 0 && lane.batchCount < maxBatches && worker.givenCount < recycleAfter) {
      const jobs = queue.takeBatch(queue.length === 1 ? 1 : this.#batchLimit(recycleAfter - worker.givenCount));
      if (jobs.length === 0) break;
      lane.give(jobs);
    }
  }

  /** The most items of the next batch. */
  #batchLimit(limit: number): number {
    const { options, queue, roster } = this.#config;
    const share = this.#pace.share(queue.length, this.#areForOne ? 1 : roster.active.length);
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
