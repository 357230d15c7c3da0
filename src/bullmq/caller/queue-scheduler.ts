/** Caller side: settles each item that is added, by way of the queue. It is to a QueuePool what a Scheduler is to a pool. */
import type { StateError } from '../../index';
import { queueFullError, shutdownError, unsendableError } from '../../pool/parent/items/explain';
import type { ItemScheduler } from '../../pool/parent/items/item-scheduler';
import type { Failure, Job } from '../../pool/parent/items/job';
import { now } from '../../util/clock';
import { markHandled } from '../../util/mark-handled';
import type { CheckedCallOptions } from '../options';
import { decodeFailure, type EncodedFailure } from '../wire/failure';
import { inTime } from '../wire/in-time';
import type { Word } from '../wire/words';
import { CallerStats } from './caller-stats';
import { InFlight } from './in-flight';
import { QueueLine } from './queue-line';
import { payloadOf, Sender } from './sender';
import { Sweep } from './sweep';

/** Items that have not settled. */
const MOST_ITEMS = 1_000_000;
/** ms that a shutdown waits for Redis to say which items no host had begun. */
const SHUTDOWN_LIMIT = 2_000;

export class QueueScheduler implements ItemScheduler {
  readonly name: string;
  readonly options: CheckedCallOptions;
  readonly stats: CallerStats;
  readonly queue: ItemScheduler['queue'];
  readonly #line: QueueLine;
  readonly #sender: Sender;
  readonly #sweep: Sweep;
  readonly #entries = new Map<number, InFlight>();
  /** By their items, so that one is canceled without a search. */
  readonly #byJob = new Map<Job, InFlight>();
  readonly #shutdownCallbacks = new Set<(error: StateError) => void>();
  #roomCallbacks: (() => void)[] = [];
  #count = 0;
  #shutdownPromise: Promise<void> | undefined;

  constructor(name: string, options: CheckedCallOptions) {
    this.name = name;
    this.options = options;
    const scheduler = this;
    this.queue = {
      get room() {
        return MOST_ITEMS - scheduler.#entries.size;
      },
      whenRoom: callback => this.#roomCallbacks.push(callback),
    };
    this.#line = new QueueLine(name, options, word => this.#onWord(word));
    this.#sender = new Sender({
      caller: this.#line.caller,
      name,
      options,
      queue: this.#line.queue,
      uses: this.#line.uses,
      opened: () => this.#line.opened,
      now,
      onFailed: (entries, error) => this.#onUnsent(entries, error),
    });
    this.stats = new CallerStats(name, () => ({ waiting: this.#sender.waiting, sent: this.#sender.sent }));
    this.#sweep = new Sweep({
      name,
      options,
      line: this.#line,
      now,
      entries: () => [...this.#entries.values()],
      onLost: entry => this.#handInAgain(entry),
      onFailed: (entry, reason) => this.#settle(entry, { reason }),
      onHopeless: reason => this.#giveUpAll({ reason, kind: 'no-worker' }),
    });
  }

  get isShutDown(): boolean {
    return this.#shutdownPromise !== undefined;
  }

  get window(): number {
    return this.options.ahead;
  }

  /** A queue has no way to drain: `add` tells whether it was shut down. */
  mustTakeItems(): void {}

  add(job: Job, advice: string): void {
    if (this.isShutDown) throw this.#takesNoMore();
    if (this.queue.room <= 0) throw queueFullError(this.name, MOST_ITEMS, advice);
    const entry = new InFlight(job, this.#count++, payloadOf(job.item, this.options));
    this.#entries.set(entry.number, entry);
    this.#byJob.set(job, entry);
    this.#line.setNeeded(true);
    this.#sender.add(entry);
    this.stats.emitSoon();
  }

  whenShutDown(callback: (error: StateError) => void): () => void {
    if (this.isShutDown) callback(this.#takesNoMore());
    else this.#shutdownCallbacks.add(callback);
    return () => this.#shutdownCallbacks.delete(callback);
  }

  cancel(job: Job, reason: unknown): void {
    const entry = this.#byJob.get(job);
    if (entry) this.#cancelEntries([entry], reason);
  }

  cancelAll(isCanceled: (job: Job) => boolean, reason: unknown): void {
    this.#cancelEntries(
      [...this.#entries.values()].filter(({ job }) => isCanceled(job)),
      reason,
    );
  }

  /** Cancels all items, and closes the connections. Resolves when that is done. */
  shutdown(): Promise<void> {
    this.#shutdownPromise ??= this.#end();
    return this.#shutdownPromise;
  }

  async #end(): Promise<void> {
    this.#sweep.stop();
    // `#shutdownPromise` has to be set first, since user code may add another item when one is rejected.
    await Promise.resolve();
    for (const callback of this.#shutdownCallbacks) callback(this.#takesNoMore());
    const sent = [...this.#entries.values()].filter(({ id }) => id !== undefined);
    const untouched = await this.#untouched([...new Set(sent.map(({ id }) => id as string))]);
    for (const entry of [...this.#entries.values()]) {
      const hadBegun = entry.isBegun || (entry.id !== undefined && !untouched.has(entry.id));
      const reason = shutdownError(
        this.name,
        hadBegun ? 'before this item was done' : 'before the work on this item began',
      );
      this.#settle(entry, hadBegun ? { reason } : { reason, kind: 'canceled' });
    }
    await this.#line.close();
    this.stats.end();
  }

  /** Takes jobs out of the queue. Resolves with those that no host had begun. */
  async #untouched(jobs: string[]): Promise<Set<string>> {
    const untouched = new Set<string>();
    if (jobs.length === 0) return untouched;
    const states = this.#line.statesOf(jobs);
    const canceled = jobs.map(async (job, at) => {
      const state = (await states)[at];
      const isRemoved = await this.#line.cancellations.cancel(job);
      if (isRemoved && state?.exists && !state.hasBegun) untouched.add(job);
    });
    await inTime(Promise.all(canceled), SHUTDOWN_LIMIT);
    return untouched;
  }

  #cancelEntries(entries: readonly InFlight[], reason: unknown): void {
    const jobs = new Set<string>();
    for (const entry of entries) {
      if (entry.id !== undefined) jobs.add(entry.id);
      this.#settle(entry, entry.id === undefined ? { reason, kind: 'canceled' } : { reason });
    }
    this.#sender.removeSettledSoon();
    if (jobs.size === 0) return;
    const shared = new Set(this.options.batch > 1 ? [...this.#entries.values()].map(({ id }) => id) : []);
    for (const { id, number } of entries) {
      if (id === undefined || !jobs.has(id)) continue;
      if (shared.has(id)) this.#line.cancellations.cancelItem(id, number);
      else {
        jobs.delete(id);
        markHandled(this.#line.cancellations.cancel(id));
      }
    }
  }

  #giveUpAll(failure: Failure): void {
    const entries = [...this.#entries.values()];
    const jobs = new Set(entries.flatMap(({ id }) => id ?? []));
    this.#sender.removeSettledSoon();
    for (const entry of entries) this.#settle(entry, failure);
    for (const job of jobs) markHandled(this.#line.cancellations.cancel(job));
  }

  #onUnsent(entries: readonly InFlight[], error: unknown): void {
    for (const entry of entries) {
      const isTooEarly = entry.id === undefined;
      const reason = isTooEarly ? unsendableError(entry.job.item, this.name, error) : error;
      if (this.#entries.has(entry.number)) this.#settle(entry, { reason: reason ?? error });
    }
  }

  #onWord(word: Word): void {
    const [number] = word;
    const entry = this.#entries.get(number);
    this.#sweep.onHeard();
    if (!entry) return;
    const heard = entry.hear(word);
    if (heard === 'lost') this.#handInAgain(entry);
    else if (heard === 'output') this.#onOutput(entry, word);
    else if (heard === 'settled') this.#onSettled(entry, word);
  }

  #onOutput(entry: InFlight, [, , , , value]: Word): void {
    entry.job.addOutput(value);
    if (!entry.mustAcknowledge(value)) return;
    const { id, number, acknowledged } = entry;
    entry.job.whenRoom(() => {
      if (id !== undefined && this.#entries.has(number)) this.#line.tell(['ack', id, number, acknowledged]);
    });
  }

  #onSettled(entry: InFlight, [, , , kind, value, time]: Word): void {
    if (kind === 'failed') return this.#settle(entry, { reason: decodeFailure(value as EncodedFailure) });
    if (kind === 'only') entry.job.setOnlyOutput(value);
    else if (kind === 'ended') entry.job.endOutputs();
    this.stats.onWorked(entry.job.addedAt, time, now());
    this.#settle(entry, undefined);
  }

  /** Redis has lost a job or some of its words: all of its items are handed in again. */
  #handInAgain({ id }: InFlight): void {
    if (id === undefined || this.isShutDown) return;
    markHandled(this.#line.cancellations.cancel(id));
    for (const entry of [...this.#entries.values()].filter(each => each.id === id)) {
      entry.again();
      this.#sender.release(entry);
      this.#sender.add(entry);
    }
  }

  #settle(entry: InFlight, failure: Failure | undefined): void {
    if (!this.#entries.delete(entry.number)) return;
    const { job } = entry;
    this.#byJob.delete(job);
    this.#sender.release(entry);
    if (this.#entries.size === 0) this.#line.setNeeded(false);
    job.settled = true;
    this.stats.onSettled(failure);
    if (failure) job.reject(failure);
    else job.fulfill();
    for (const callback of this.#roomCallbacks.splice(0)) callback();
  }

  #takesNoMore(): StateError {
    return shutdownError(this.name, 'and takes no more items: make a new one');
  }
}
