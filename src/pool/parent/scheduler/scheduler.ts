/** Parent side: the core of a pool, which settles each item that is added. */
import type { ExitStatus, StateError } from '../../../index';
import type { Owner } from '../../../owners';
import { type BaseClass, extendsClass } from '../../../util/base-class';
import { markHandled } from '../../../util/mark-handled';
import { type CheckedOptions, checkPoolShutdownOptions, type PoolShutdownOptions } from '../../options';
import type { WorkerClass } from '../../subprocess-worker';
import { Slice } from '../../wire/shared-file';
import { blame } from '../items/blame';
import { queueFullError } from '../items/explain';
import { ItemQueue } from '../items/item-queue';
import { announceSettled, isItemWatched, type TellingWorker, watchItem } from '../items/item-watch';
import type { FailedItem, Failure, Job } from '../items/job';
import { ItemMemory } from '../shared-memory/item-memory';
import { memoryBudget } from '../shared-memory/memory-budget';
import type { WorkDone } from '../workers/read-answers';
import type { WorkerEvents } from '../workers/worker-events';
import type { WorkerHandle } from '../workers/worker-handle';
import { Dispatcher, type DispatchTiming, IN_MICROTASK } from './dispatcher';
import { PoolShutdown } from './pool-shutdown';
import { Readiness } from './readiness';
import { Roster } from './roster';
import { StatsRecorder } from './stats-recorder';

export class Scheduler implements WorkerEvents, Owner {
  readonly options: CheckedOptions;
  readonly name: string;
  readonly #type: WorkerClass;
  readonly stats: StatsRecorder;
  readonly queue: ItemQueue;
  readonly #itemMemory: ItemMemory;
  readonly #roster: Roster;
  readonly #dispatcher: Dispatcher;
  readonly readiness: Readiness;
  readonly #shutdown: PoolShutdown;
  /** How many items were added and have not settled. */
  #unsettled = 0;
  /** Called when this process shuts the workers down, before they end. May be called more than once. */
  onRetire: () => void = () => {};

  constructor(type: WorkerClass, options: CheckedOptions, timing: DispatchTiming = IN_MICROTASK) {
    this.options = options;
    this.name = type.name;
    this.#type = type;
    this.#itemMemory = new ItemMemory(() => memoryBudget(options.workers));
    this.queue = new ItemQueue(options.queueLimit);
    this.#roster = new Roster({
      type,
      options,
      itemMemory: this.#itemMemory,
      events: this,
      owner: this,
      onWarmDue: () => this.#dispatcher.dispatchSoon(),
    });
    this.stats = new StatsRecorder(type.name, () => ({
      waiting: this.queue.length,
      workers: [...this.#roster.active],
    }));
    this.readiness = new Readiness(() => this.#dispatcher.updateRefs());
    this.#dispatcher = new Dispatcher({
      options,
      queue: this.queue,
      roster: this.#roster,
      timing,
      isAwaited: () => this.readiness.isAwaited,
      onDispatch: () => this.stats.emitSoon(),
      onStartError: error => this.#rejectWaiting(error),
    });
    this.#shutdown = new PoolShutdown({
      name: type.name,
      queue: this.queue,
      roster: this.#roster,
      dispatcher: this.#dispatcher,
      hasUnsettled: () => this.#unsettled > 0,
      settle: (job, failure) => this.#settle(job, failure),
      onEnd: () => this.#end(),
    });
    this.#startWarm();
  }

  /** Whether the pool is being shut down, or was. It takes no more items. */
  get isShutDown(): boolean {
    return this.#shutdown.hasBegun;
  }

  get hasWaiting(): boolean {
    return this.queue.length > 0;
  }

  /** How many items the pool should have so that no worker has to wait. */
  get window(): number {
    return this.#dispatcher.window;
  }

  /** @throws StateError if the pool is being shut down, or only finishes what it was given */
  mustTakeItems(): void {
    if (this.#shutdown.isDraining) throw this.#shutdown.refusal();
  }

  /** Adds an item. @throws StateError if the pool was shut down or is full; `advice` says in the message what to do */
  add(job: Job, advice: string): void {
    if (this.#shutdown.hasBegun) throw this.#shutdown.refusal();
    if (this.queue.room <= 0) throw queueFullError(this.name, this.options.queueLimit, advice);
    job.payload = this.#itemMemory.copy(job.item);
    watchItem(this.name, job);
    this.#unsettled += 1;
    this.queue.push(job);
    this.#dispatcher.onAdded(job.payload instanceof Slice);
  }

  /** As `when` of the PoolShutdown. */
  whenShutDown(callback: (error: StateError) => void): () => void {
    return this.#shutdown.when(callback);
  }

  /** Rejects an item with `reason`. If a worker works on it, that worker is replaced. */
  cancel(job: Job, reason: unknown): void {
    if (job.settled) return;
    this.#settle(job, job.isAssigned ? { reason } : { reason, kind: 'canceled' });
    for (const worker of this.#roster.active) worker.onCanceled();
    this.queue.removeSettledSoon();
  }

  /** Rejects with `reason` all items that `isCanceled` is true for. Workers that work on one of them are replaced. */
  cancelAll(isCanceled: (job: Job) => boolean, reason: unknown): void {
    for (const job of this.queue.remove(isCanceled)) this.#settle(job, { reason, kind: 'canceled' });
    for (const worker of this.#roster.all) {
      for (const job of worker.jobs()) if (!job.settled && isCanceled(job)) this.#settle(job, { reason });
      worker.onCanceled();
    }
  }

  /**
   * Rejects all unfinished items, and shuts the workers down. With `drain`, first finishes what it was given. Resolves
   * when the workers have exited.
   */
  async shutdown(options?: PoolShutdownOptions): Promise<void> {
    // Checked here, before anything is shut down, and not by each worker.
    const checked = checkPoolShutdownOptions(options, this.name);
    if (checked.drain) this.#roster.keepNone();
    return this.#shutdown.begin(checked);
  }

  onReady(worker: WorkerHandle): void {
    if (this.#roster.onReady()) this.readiness.succeed();
    if (this.options.maxRss < Number.POSITIVE_INFINITY) markHandled(worker.send({ type: 'report-rss' }));
    this.#dispatcher.onRoom(worker);
    this.stats.emitSoon();
  }

  onSettled(job: Job, time: number, when: number, failure?: Failure, worker?: TellingWorker): void {
    this.stats.onWorked(job.addedAt, time, when);
    this.#settle(job, failure, time, worker);
  }

  onAnswered(worker: WorkerHandle, done: WorkDone, isDeferred: boolean): void {
    this.#dispatcher.onAnswered(worker, done, isDeferred);
  }

  onRoom(worker: WorkerHandle): void {
    this.#dispatcher.onRoom(worker);
  }

  onReturned(jobs: Job[]): void {
    this.queue.putBack(jobs);
    this.#dispatcher.dispatchSoon();
  }

  /** This process shuts the workers down, together with other children. */
  retire(isExiting: boolean): void {
    this.onRetire();
    this.#shutdown.retire(isExiting);
  }

  isOf(type: object): boolean {
    return extendsClass(this.#type.prototype, type as BaseClass);
  }

  onOverdue(worker: WorkerHandle, failed?: FailedItem): void {
    this.#dispatcher.replace(worker);
    if (failed) this.#settle(failed.job, { reason: failed.reason });
  }

  onLate({ job, reason }: FailedItem): void {
    if (!job.settled) this.#settle(job, { reason });
  }

  onIdle(worker: WorkerHandle): void {
    if (this.#roster.mayEnd(worker)) this.#dispatcher.replace(worker);
    else worker.stayIdle();
  }

  onExit(worker: WorkerHandle, exit: ExitStatus): void {
    this.#roster.remove(worker);
    this.stats.onExit(worker);
    const wasReady = worker.readySince !== undefined;
    if (this.#shutdown.hasBegun) {
      // The items were rejected with the error of another worker that failed in the same way.
      if (!wasReady && this.#roster.isBroken) worker.markHandled();
      this.#shutdown.onExit(worker);
      return;
    }
    if (wasReady) this.#rejectOrRequeue(worker, exit);
    else this.#startFailed(worker, exit);
    if (this.#roster.isEmpty) this.#itemMemory.closeIfUnused();
    this.#dispatcher.dispatchSoon();
  }

  /** Starts the workers that the pool keeps. @throws what the class throws when it is constructed */
  #startWarm(): void {
    try {
      this.#roster.startFor(0);
    } catch (error) {
      void this.shutdown();
      throw error;
    }
    this.#dispatcher.updateRefs();
  }

  /** All workers have exited. */
  #end(): void {
    this.readiness.fail(this.#shutdown.refusal());
    this.#itemMemory.close();
    this.#roster.close();
    this.stats.end();
  }

  /** Rejects or queues again the items of a worker that has exited. */
  #rejectOrRequeue(worker: WorkerHandle, exit: ExitStatus): void {
    const { begun, untouched } = worker.takeAll();
    for (const job of [...begun, ...untouched]) this.#itemMemory.release(job);
    const { retry, failed } = blame(begun, exit, worker.stopReason, this.options);
    if (retry.length + failed.length > 0 || (begun.length > 0 && worker.stopReason)) worker.markHandled();
    for (const { job, reason } of failed) this.#settle(job, { reason });
    for (const job of retry) job.restart();
    this.onReturned([...retry, ...untouched]);
  }

  #startFailed(worker: WorkerHandle, exit: ExitStatus): void {
    const isAwaited = this.queue.length > 0 || this.readiness.isAwaited;
    const failure = this.#roster.onStartFailed(worker, exit, isAwaited, () => this.#dispatcher.dispatchSoon());
    if (failure) this.#rejectWaiting(failure.error);
  }

  #rejectWaiting(reason: unknown): void {
    this.readiness.fail(reason);
    for (const job of this.queue.remove(() => true)) this.#settle(job, { reason, kind: 'no-worker' });
  }

  #settle(job: Job, failure: Failure | undefined, time?: number, worker?: TellingWorker): void {
    job.markSettled();
    this.#unsettled -= 1;
    this.stats.onSettled(failure);
    this.#itemMemory.release(job);
    if (isItemWatched(job)) announceSettled(this.name, job, failure, time, worker);
    job.tell(failure);
    this.#shutdown.onSettled();
  }
}
