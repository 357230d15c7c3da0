/** Parent side: hands the items of a pool to its workers, starts these as they are needed, and replaces them. */
import type { ExitStatus, ShutdownOptions } from '../../../index';
import { checkShutdownOptions } from '../../../util/check-shutdown-options';
import { markHandled } from '../../../util/mark-handled';
import type { CheckedOptions } from '../../options';
import type { WorkerClass } from '../../subprocess-worker';
import { Slice } from '../../wire/shared-file';
import { blame, FEW } from '../items/blame';
import { queueFull, shutDown } from '../items/explain';
import type { Job } from '../items/job';
import { ItemQueue } from '../items/queue';
import { ItemMemory } from '../memory/item-memory';
import { Restarts } from '../workers/restarts';
import type { WorkerEvents } from '../workers/worker-events';
import { WorkerHandle } from '../workers/worker-handle';
import { Pace } from './pace';
import { StatsRecorder } from './stats-recorder';

/** Batches that a worker has at a time: one to work on, and one to go on with. */
const BATCHES = 2;

/** Its `then` is a microtask, for half of what queueMicrotask() takes. */
const SOON = Promise.resolve();

export class Scheduler implements WorkerEvents {
  readonly options: CheckedOptions;
  readonly name: string;
  readonly stats: StatsRecorder;
  readonly queue: ItemQueue;
  readonly #type: WorkerClass;
  readonly #itemMemory = new ItemMemory();
  readonly #pace = new Pace();
  readonly #restarts = new Restarts();
  /** Those that take items, or will; and those on their way out. */
  readonly #workers = new Set<WorkerHandle>();
  readonly #leaving = new Set<WorkerHandle>();
  #due = false;
  #ended: Promise<void> | undefined;

  constructor(type: WorkerClass, options: CheckedOptions) {
    this.#type = type;
    this.options = options;
    this.name = type.name;
    this.queue = new ItemQueue(options.queueLimit);
    this.stats = new StatsRecorder(() => ({ waiting: this.queue.length, workers: [...this.#workers] }));
  }

  /** Items that keep all workers supplied. */
  get window(): number {
    return this.options.workers * BATCHES * this.#pace.batch * 2;
  }

  /** Takes an item. @throws StateError if the pool was shut down, or too many wait */
  add(job: Job, advice: string): void {
    if (this.#ended) throw shutDown(this.name, 'and takes no more items: make a new one');
    if (this.queue.room <= 0) throw queueFull(this.name, this.options.queueLimit, advice);
    job.payload = this.#itemMemory.keep(job.item);
    this.queue.push(job);
    // What takes long to copy, or to work on, is begun before the next is handed in.
    if (job.payload instanceof Slice || (this.queue.length === 1 && this.#pace.isSlow)) this.#feedIdle();
    this.#dispatchSoon();
  }

  /** The item is no longer wanted: it is not begun, or its worker is replaced. */
  giveUp(job: Job, reason: unknown): void {
    if (job.settled) return;
    this.#settle(job, { reason });
    for (const worker of this.#workers) worker.unwanted();
    this.queue.sweepSoon();
  }

  /** The same for all of them. */
  giveUpAll(isUnwanted: (job: Job) => boolean, reason: unknown): void {
    for (const job of this.queue.remove(isUnwanted)) this.#settle(job, { reason });
    for (const worker of this.#workers) {
      for (const job of worker.jobs()) if (!job.settled && isUnwanted(job)) this.#settle(job, { reason });
      worker.unwanted();
    }
  }

  /** Rejects what is not done, and ends the workers; resolves when they are gone. */
  async shutdown(options: ShutdownOptions = {}): Promise<void> {
    // Here, before anything is ended, and not only by each worker.
    const checked = checkShutdownOptions(options, this.name);
    this.#ended ??= this.#end(checked);
    return this.#ended;
  }

  async #end(options: ShutdownOptions, workersFirst = false): Promise<void> {
    this.#restarts.stop();
    const workers = [...this.#workers];
    const pending = [...this.queue.remove(() => true), ...workers.flatMap(worker => [...worker.jobs()])];
    // Not before it is known that the pool is closed: who hears of a rejection may hand in another item.
    await Promise.resolve();
    const retire = () => Promise.all([...workers, ...this.#leaving].map(worker => worker.retire(options)));
    if (workersFirst) await retire();
    for (const job of pending)
      if (!job.settled) this.#settle(job, { reason: shutDown(this.name, 'before this item was done') });
    await retire();
    this.#itemMemory.close();
    this.stats.end();
  }

  ready(worker: WorkerHandle): void {
    this.#restarts.succeeded();
    if (this.options.maxRss < Number.POSITIVE_INFINITY) markHandled(worker.tell({ type: 'watch-memory' }));
    this.#feed(worker);
    this.#rest(worker);
    this.stats.changed();
  }

  settled(job: Job, time: number, when: number, failure?: { reason: unknown }): void {
    this.stats.worked(job.since, time, when);
    this.#settle(job, failure);
  }

  heard(worker: WorkerHandle, count: number, sum: number, squares: number): void {
    if (count > 0) this.#pace.observe(count, sum, squares);
    this.#feed(worker, count > 0);
    this.#rest(worker);
  }

  returned(jobs: Job[]): void {
    this.queue.putBack(jobs);
    this.#dispatchSoon();
  }

  stopped(): void {
    // Where a signal ends this process, it does so before a rejection that nobody handles would.
    this.#ended ??= this.#end({}, true);
  }

  idle(worker: WorkerHandle): void {
    this.#replace(worker);
  }

  gone(worker: WorkerHandle, exit: ExitStatus): void {
    this.#workers.delete(worker);
    this.#leaving.delete(worker);
    this.stats.left(worker);
    if (this.#ended) {
      // Of others that failed alike, the items were told.
      if (worker.readySince === undefined && this.#restarts.isBroken) worker.markHandled();
      return;
    }
    if (worker.readySince === undefined) this.#failedStart(worker, exit);
    else this.#takeBack(worker, exit);
    if (this.#workers.size + this.#leaving.size === 0) this.#itemMemory.rest();
    this.#dispatchSoon();
  }

  /** What a worker that has ended leaves behind. */
  #takeBack(worker: WorkerHandle, exit: ExitStatus): void {
    const { begun, untouched } = worker.takeBack();
    for (const job of [...begun, ...untouched]) this.#itemMemory.letGo(job);
    const { again, failed } = blame(begun, exit, worker.verdict, this.options);
    if (again.length + failed.length > 0) worker.markHandled();
    for (const { job, reason } of failed) this.#settle(job, { reason });
    for (const job of again) job.restart();
    this.returned([...again, ...untouched]);
  }

  #failedStart(worker: WorkerHandle, exit: ExitStatus): void {
    const failure = this.#restarts.failed(worker, exit, {
      hasOthers: [...this.#workers].some(({ isReady }) => isReady),
      hasItems: this.queue.length > 0,
      go: () => this.#dispatchSoon(),
    });
    if (failure) this.#rejectWaiting(failure.error);
  }

  #rejectWaiting(reason: unknown): void {
    for (const job of this.queue.remove(() => true)) this.#settle(job, { reason });
  }

  #settle(job: Job, failure: { reason: unknown } | undefined): void {
    job.settled = true;
    this.stats.settled(failure === undefined);
    this.#itemMemory.letGo(job);
    if (failure) job.reject(failure.reason);
    else job.fulfil();
  }

  /** Once for all that is handed in during one turn. */
  #dispatchSoon(): void {
    if (this.#due) return;
    this.#due = true;
    void SOON.then(this.#dispatch);
  }

  readonly #dispatch = (): void => {
    this.#due = false;
    if (this.#ended) return;
    this.stats.changed();
    if (this.queue.length > 0) {
      this.#feedIdle();
      this.#start();
    }
    for (const worker of this.#workers) this.#rest(worker);
  };

  #feedIdle(): void {
    for (const worker of this.#workers) if (worker.batches === 0) this.#feed(worker);
  }

  /** As many as the waiting items can use. */
  #start(): void {
    let starting = 0;
    for (const { readySince } of this.#workers) if (readySince === undefined) starting += 1;
    const { workers } = this.options;
    while (this.#workers.size < workers && starting < this.queue.length && this.#restarts.isFree) {
      starting += 1;
      try {
        this.#workers.add(new WorkerHandle(this.#type, this.options, this.#itemMemory, this));
      } catch (error) {
        // A wrong flag, a constructor that throws, no descriptor left: there is not even a task that could tell of it.
        return this.#rejectWaiting(error);
      }
    }
  }

  /** Gives a worker its next items, if it has room for them. */
  #feed(worker: WorkerHandle, hasAnswered = false): void {
    if (this.#ended || !worker.isReady) return;
    const { recycleAfter, maxRss, timeout } = this.options;
    if (worker.given >= recycleAfter || worker.memory > maxRss) {
      if (worker.batches === 0) this.#replace(worker);
      return;
    }
    // A worker that has not answered yet may have a long item; others do not wait behind it.
    const most = hasAnswered && this.#pace.isAhead ? BATCHES : 1;
    while (this.queue.length > 0 && worker.batches < most) {
      const share = this.#pace.share(this.queue.length, this.#workers.size);
      // Among fewer, the one that takes too long is found sooner.
      const batchLimit = timeout < Number.POSITIVE_INFINITY ? FEW : share;
      const jobs = this.queue.take(Math.min(share, batchLimit, recycleAfter - worker.given));
      if (jobs.length === 0) break;
      worker.give(jobs);
    }
  }

  #replace(worker: WorkerHandle): void {
    this.#workers.delete(worker);
    this.#leaving.add(worker);
    void worker.retire();
    this.#dispatchSoon();
  }

  /** A worker without items does not keep the parent alive, and may go after a while. */
  #rest(worker: WorkerHandle): void {
    if (worker.batches > 0) return;
    if (worker.readySince === undefined && this.queue.length > 0) worker.hold();
    else worker.release();
  }
}
