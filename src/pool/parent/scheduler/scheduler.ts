/** Parent side: the core of a pool, which settles each item that is added. */
import type { ExitStatus, ShutdownOptions, StateError } from '../../../index';
import type { Owner } from '../../../owners';
import { type BaseClass, extendsClass } from '../../../util/base-class';
import { checkShutdownOptions } from '../../../util/check-shutdown-options';
import { markHandled } from '../../../util/mark-handled';
import type { CheckedOptions } from '../../options';
import type { WorkerClass } from '../../subprocess-worker';
import { Slice } from '../../wire/shared-file';
import { blame } from '../items/blame';
import { queueFullError, shutdownError } from '../items/explain';
import { ItemQueue } from '../items/item-queue';
import type { FailedItem, Failure, Job } from '../items/job';
import { ItemMemory } from '../shared-memory/item-memory';
import { memoryBudget } from '../shared-memory/memory-budget';
import type { WorkerEvents } from '../workers/worker-events';
import type { WorkerHandle } from '../workers/worker-handle';
import { Dispatcher } from './dispatcher';
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
  /** Called when the pool is shut down, bar at the end of this process. */
  readonly #shutdownCallbacks = new Set<(error: StateError) => void>();
  /** Called when this process shuts the workers down, before they end. May be called more than once. */
  onRetire: () => void = () => {};
  /** Set as soon as the pool is being shut down; resolves when its workers have exited. */
  #shutdownPromise: Promise<void> | undefined;
  /** The items that workers had not answered when they exited during the shutdown. */
  readonly #unanswered: { begun: Job[]; untouched: Job[] }[] = [];

  constructor(type: WorkerClass, options: CheckedOptions) {
    this.#itemMemory = new ItemMemory(() => memoryBudget(options.workers));
    const queue = new ItemQueue(options.queueLimit);
    const roster = new Roster({ type, options, itemMemory: this.#itemMemory, events: this, owner: this });
    const stats = new StatsRecorder(() => ({ waiting: queue.length, workers: [...roster] }));
    this.options = options;
    this.name = type.name;
    this.#type = type;
    this.queue = queue;
    this.stats = stats;
    this.#roster = roster;
    this.#dispatcher = new Dispatcher({
      options,
      queue,
      roster,
      onDispatch: () => stats.emitSoon(),
      onStartError: error => this.#rejectWaiting(error),
    });
  }

  /** Whether the pool is being shut down, or was. It takes no more items. */
  get isShutDown(): boolean {
    return this.#shutdownPromise !== undefined;
  }

  /** How many items the pool should have so that no worker has to wait. */
  get window(): number {
    return this.#dispatcher.window;
  }

  /** Adds an item. @throws StateError if the pool was shut down or is full; `advice` says in the message what to do */
  add(job: Job, advice: string): void {
    if (this.#shutdownPromise) throw this.#takesNoMore();
    if (this.queue.room <= 0) throw queueFullError(this.name, this.options.queueLimit, advice);
    job.payload = this.#itemMemory.copy(job.item);
    this.queue.push(job);
    this.#dispatcher.onAdded(job.payload instanceof Slice);
  }

  /**
   * Calls `callback` when the pool is shut down, or at once if it was. Does not call it when this process ends, since
   * nobody has to handle that. Returns a function that cancels the call.
   */
  whenShutDown(callback: (error: StateError) => void): () => void {
    if (this.#shutdownPromise) callback(this.#takesNoMore());
    else this.#shutdownCallbacks.add(callback);
    return () => this.#shutdownCallbacks.delete(callback);
  }

  /** Rejects an item with `reason`. If a worker works on it, that worker is replaced. */
  cancel(job: Job, reason: unknown): void {
    if (job.settled) return;
    this.#settle(job, job.isAssigned ? { reason } : { reason, kind: 'canceled' });
    for (const worker of this.#roster) worker.onCanceled();
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

  /** Rejects all unfinished items, and shuts the workers down. Resolves when the workers have exited. */
  async shutdown(options?: ShutdownOptions): Promise<void> {
    // Checked here, before anything is shut down, and not by each worker.
    const checked = checkShutdownOptions(options, this.name);
    this.#shutdownPromise ??= this.#end(checked, {});
    return this.#shutdownPromise;
  }

  async #end(options: ShutdownOptions, { workersFirst = false, isExiting = false }): Promise<void> {
    this.#dispatcher.stop();
    this.#roster.stopRestarts();
    const waiting = this.queue.remove(() => true);
    // `#shutdownPromise` has to be set first, since user code may add another item when one is rejected.
    await Promise.resolve();
    if (workersFirst) await this.#roster.retireAll(options);
    if (!isExiting) for (const callback of this.#shutdownCallbacks) callback(this.#takesNoMore());
    this.#cancelUnfinished(waiting);
    for (const { head } of this.#roster) if (head) this.#rejectUnfinished([head]);
    await this.#roster.retireAll(options);
    // Items that could not be sent.
    this.#cancelUnfinished(this.queue.remove(() => true));
    // Only now it is known which of the workers' other items were begun.
    for (const { begun, untouched } of this.#unanswered.splice(0)) {
      this.#rejectUnfinished(begun);
      this.#cancelUnfinished(untouched);
    }
    this.#itemMemory.close();
    this.stats.end();
  }

  // The events of workers

  onReady(worker: WorkerHandle): void {
    this.#roster.onReady();
    if (this.options.maxRss < Number.POSITIVE_INFINITY) markHandled(worker.send({ type: 'report-rss' }));
    this.#dispatcher.onRoom(worker);
    this.stats.emitSoon();
  }

  onSettled(job: Job, time: number, when: number, failure?: { reason: unknown }): void {
    this.stats.onWorked(job.addedAt, time, when);
    this.#settle(job, failure);
  }

  onAnswered(worker: WorkerHandle, count: number, sum: number, squares: number): void {
    this.#dispatcher.onAnswered(worker, count, sum, squares);
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
    // Items are rejected after the workers have exited. If a signal ends this process, it does so before an unhandled
    // rejection can.
    this.#shutdownPromise ??= this.#end({}, { workersFirst: true, isExiting });
  }

  isOf(type: object): boolean {
    return extendsClass(this.#type.prototype, type as BaseClass);
  }

  onOverdue(worker: WorkerHandle, failed?: FailedItem): void {
    this.#dispatcher.replace(worker);
    if (failed) this.#settle(failed.job, { reason: failed.reason });
  }

  onIdle(worker: WorkerHandle): void {
    this.#dispatcher.replace(worker);
  }

  onExit(worker: WorkerHandle, exit: ExitStatus): void {
    this.#roster.remove(worker);
    this.stats.onExit(worker);
    const wasReady = worker.readySince !== undefined;
    if (this.#shutdownPromise) {
      // The items were rejected with the error of another worker that failed in the same way.
      if (!wasReady && this.#roster.isBroken) worker.markHandled();
      this.#unanswered.push(worker.takeAll());
      return;
    }
    if (wasReady) this.#rejectOrRequeue(worker, exit);
    else this.#startFailed(worker, exit);
    if (this.#roster.isEmpty) this.#itemMemory.closeIfUnused();
    this.#dispatcher.dispatchSoon();
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
    const failure = this.#roster.onStartFailed(worker, exit, this.queue.length > 0, () =>
      this.#dispatcher.dispatchSoon(),
    );
    if (failure) this.#rejectWaiting(failure.error);
  }

  #takesNoMore(): StateError {
    return shutdownError(this.name, 'and takes no more items: make a new one');
  }

  #rejectWaiting(reason: unknown): void {
    for (const job of this.queue.remove(() => true)) this.#settle(job, { reason, kind: 'no-worker' });
  }

  /** The pool was shut down before the work on these items began. */
  #cancelUnfinished(jobs: readonly Job[]): void {
    const reason = shutdownError(this.name, 'before the work on this item began');
    for (const job of jobs) if (!job.settled) this.#settle(job, { reason, kind: 'canceled' });
  }

  /** The pool was shut down when the work on these items had begun, or may have. */
  #rejectUnfinished(jobs: readonly Job[]): void {
    const reason = shutdownError(this.name, 'before this item was done');
    for (const job of jobs) if (!job.settled) this.#settle(job, { reason });
  }

  #settle(job: Job, failure: Failure | undefined): void {
    job.settled = true;
    this.stats.onSettled(failure);
    this.#itemMemory.release(job);
    if (failure) job.reject(failure);
    else job.fulfill();
  }
}
