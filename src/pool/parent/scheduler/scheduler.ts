/** Parent side: what a pool does: takes items, sees that each settles, and ends. */
import type { ExitStatus, ShutdownOptions } from '../../../index';
import { checkShutdownOptions } from '../../../util/check-shutdown-options';
import { markHandled } from '../../../util/mark-handled';
import type { CheckedOptions } from '../../options';
import type { WorkerClass } from '../../subprocess-worker';
import { Slice } from '../../wire/shared-file';
import { blame } from '../items/blame';
import { queueFull, shutDown } from '../items/explain';
import { ItemQueue } from '../items/item-queue';
import type { Job } from '../items/job';
import { ItemMemory } from '../memory/item-memory';
import type { WorkerEvents } from '../workers/worker-events';
import type { WorkerHandle } from '../workers/worker-handle';
import { Dispatcher } from './dispatcher';
import { Roster } from './roster';
import { StatsRecorder } from './stats-recorder';

export class Scheduler implements WorkerEvents {
  readonly options: CheckedOptions;
  readonly name: string;
  readonly stats: StatsRecorder;
  readonly queue: ItemQueue;
  readonly #itemMemory = new ItemMemory();
  readonly #roster: Roster;
  readonly #dispatcher: Dispatcher;
  #ended: Promise<void> | undefined;

  constructor(type: WorkerClass, options: CheckedOptions) {
    const queue = new ItemQueue(options.queueLimit);
    const roster = new Roster({ type, options, itemMemory: this.#itemMemory, events: this });
    const stats = new StatsRecorder(() => ({ waiting: queue.length, workers: [...roster] }));
    this.options = options;
    this.name = type.name;
    this.queue = queue;
    this.stats = stats;
    this.#roster = roster;
    this.#dispatcher = new Dispatcher({
      options,
      queue,
      roster,
      onDispatch: () => stats.changed(),
      onStartError: error => this.#rejectWaiting(error),
    });
  }

  /** How many items keep all workers supplied. */
  get window(): number {
    return this.#dispatcher.window;
  }

  /** Takes an item. @throws StateError if the pool was shut down, or too many items wait; `advice` ends its message */
  add(job: Job, advice: string): void {
    if (this.#ended) throw shutDown(this.name, 'and takes no more items: make a new one');
    if (this.queue.room <= 0) throw queueFull(this.name, this.options.queueLimit, advice);
    job.payload = this.#itemMemory.keep(job.item);
    this.queue.push(job);
    this.#dispatcher.added(job.payload instanceof Slice);
  }

  /** The item is canceled: it is not begun, or its worker is replaced. */
  cancel(job: Job, reason: unknown): void {
    if (job.settled) return;
    this.#settle(job, { reason });
    for (const worker of this.#roster) worker.onCanceled();
    this.queue.sweepSoon();
  }

  /** All items that `isCanceled` is true for are canceled. */
  cancelAll(isCanceled: (job: Job) => boolean, reason: unknown): void {
    for (const job of this.queue.remove(isCanceled)) this.#settle(job, { reason });
    for (const worker of this.#roster) {
      for (const job of worker.jobs()) if (!job.settled && isCanceled(job)) this.#settle(job, { reason });
      worker.onCanceled();
    }
  }

  /** Rejects the items that are not done, and ends the workers; resolves when they have ended. */
  async shutdown(options?: ShutdownOptions): Promise<void> {
    // Checked before anything is ended, and not by each worker.
    const checked = checkShutdownOptions(options, this.name);
    this.#ended ??= this.#end(checked);
    return this.#ended;
  }

  async #end(options: ShutdownOptions, workersFirst = false): Promise<void> {
    this.#dispatcher.stop();
    this.#roster.stopRestarts();
    const waiting = this.queue.remove(() => true);
    const pending = [...waiting, ...[...this.#roster].flatMap(worker => [...worker.jobs()])];
    // `#ended` has to be set first: whoever is told of a rejection may add another item.
    await Promise.resolve();
    if (workersFirst) await this.#roster.retireAll(options);
    const reason = shutDown(this.name, 'before this item was done');
    for (const job of pending) if (!job.settled) this.#settle(job, { reason });
    await this.#roster.retireAll(options);
    this.#itemMemory.close();
    this.stats.end();
  }

  // What its workers tell

  onReady(worker: WorkerHandle): void {
    this.#roster.succeeded();
    if (this.options.maxRss < Number.POSITIVE_INFINITY) markHandled(worker.send({ type: 'watch-memory' }));
    this.#dispatcher.feed(worker);
    this.stats.changed();
  }

  onSettled(job: Job, time: number, when: number, failure?: { reason: unknown }): void {
    this.stats.worked(job.since, time, when);
    this.#settle(job, failure);
  }

  onAnswered(worker: WorkerHandle, count: number, sum: number, squares: number): void {
    this.#dispatcher.answered(worker, count, sum, squares);
  }

  onReturned(jobs: Job[]): void {
    this.queue.putBack(jobs);
    this.#dispatcher.soon();
  }

  onParentEnding(): void {
    // The workers first: a signal then ends this process before a rejection that nobody handles does.
    this.#ended ??= this.#end({}, true);
  }

  onIdle(worker: WorkerHandle): void {
    this.#dispatcher.replace(worker);
  }

  onExit(worker: WorkerHandle, exit: ExitStatus): void {
    this.#roster.remove(worker);
    this.stats.left(worker);
    const wasReady = worker.readySince !== undefined;
    if (this.#ended) {
      // The items were told of the first of several workers that failed alike.
      if (!wasReady && this.#roster.isBroken) worker.markHandled();
      return;
    }
    if (wasReady) this.#takeBack(worker, exit);
    else this.#startFailed(worker, exit);
    if (this.#roster.isEmpty) this.#itemMemory.closeIfUnused();
    this.#dispatcher.soon();
  }

  /** Finds out what becomes of the items of a worker that has ended. */
  #takeBack(worker: WorkerHandle, exit: ExitStatus): void {
    const { begun, untouched } = worker.takeBack();
    for (const job of [...begun, ...untouched]) this.#itemMemory.release(job);
    const { again, failed } = blame(begun, exit, worker.verdict, this.options);
    if (again.length + failed.length > 0) worker.markHandled();
    for (const { job, reason } of failed) this.#settle(job, { reason });
    for (const job of again) job.restart();
    this.onReturned([...again, ...untouched]);
  }

  #startFailed(worker: WorkerHandle, exit: ExitStatus): void {
    const failure = this.#roster.failed(worker, exit, this.queue.length > 0, () => this.#dispatcher.soon());
    if (failure) this.#rejectWaiting(failure.error);
  }

  #rejectWaiting(reason: unknown): void {
    for (const job of this.queue.remove(() => true)) this.#settle(job, { reason });
  }

  #settle(job: Job, failure: { reason: unknown } | undefined): void {
    job.settled = true;
    this.stats.settled(failure === undefined);
    this.#itemMemory.release(job);
    if (failure) job.reject(failure.reason);
    else job.fulfill();
  }
}
