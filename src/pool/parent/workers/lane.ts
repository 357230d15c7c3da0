/**
 * Parent side: items that a worker works on one after the other. A worker has a lane for each item that it may work on
 * at a time.
 */
import { now } from '../../../util/clock';
import { inMicrotask } from '../../../util/in-microtask';
import { markHandled } from '../../../util/mark-handled';
import { queueMicrotask } from '../../../util/timers';
import type { CheckedOptions } from '../../options';
import { itemsBetween } from '../../wire/claim-file';
import type { AnswersMessage, GivenBackMessage, PoolCommand } from '../../wire/messages';
import { unsendableError } from '../items/explain';
import type { Job } from '../items/job';
import type { WorkerMemory } from '../shared-memory/worker-memory';
import { Assigned, type Batch, type Load } from './assigned';
import { Overdue } from './overdue';
import { AnswerReader, type WorkDone } from './read-answers';
import { TakeBack } from './take-back';
import { WorkerDeadline } from './worker-deadline';
import type { WorkerEvents } from './worker-events';
import type { WorkerHandle } from './worker-handle';

export interface LaneConfig {
  /** The index of the lane in its worker. */
  lane: number;
  worker: WorkerHandle;
  load: Load;
  options: CheckedOptions;
  memory: WorkerMemory;
  events: WorkerEvents;
}

export class Lane {
  readonly #config: LaneConfig;
  readonly #assigned: Assigned;
  readonly #deadline: WorkerDeadline;
  readonly #reader: AnswerReader;
  readonly #takeBack: TakeBack;
  /** When the worker began the head, ms. Roughly: when the head was sent, or the answer before it arrived. */
  headSince = 0;
  /** The number of the item whose work uses its signal, or has heard of its cancellation. */
  #heeding = -1;
  #isCancelDue = false;
  /** The items of whose cancellation the worker was told. */
  readonly #told = new WeakSet<Job>();

  constructor(config: LaneConfig) {
    const { lane, worker, load, options, memory, events } = config;
    this.#config = config;
    this.#assigned = new Assigned(load);
    const send = (command: PoolCommand) => this.#send(command);
    this.#deadline = new WorkerDeadline(this, {
      ...options,
      onIdle: () => events.onIdle(worker),
      onOverdue: reason => overdue.end(reason),
    });
    this.#takeBack = new TakeBack({ send, onBegun: begun => this.#onBegun(begun) });
    const overdue = new Overdue(this, {
      ...options,
      takeBack: this.#takeBack,
      isOver: () => this.#deadline.isOver,
      onDone: () => this.#deadline.resume(),
      onLate: failed => {
        events.onLate(failed);
        this.#cancel([failed.job], true);
        this.#deadline.resume();
      },
      onOverdue: (reason, failed) => worker.replace(reason, failed),
    });
    this.#reader = new AnswerReader({ lane, worker, assigned: this.#assigned, memory, events });
  }

  get name(): string {
    return this.#config.worker.name;
  }

  get pid(): number | null {
    return this.#config.worker.pid;
  }

  /** How many batches the lane has. */
  get batchCount(): number {
    return this.#assigned.batchCount;
  }

  /** How many items the lane has. */
  get itemCount(): number {
    return this.#assigned.itemCount;
  }

  /** The item that the worker works on, or is about to. */
  get head(): Job | undefined {
    return this.#assigned.head;
  }

  /** Whether the head may have some time after it is canceled: its work heeds its signal, or does not block. */
  get heeds(): boolean {
    return this.#heeding >= 0 && this.#heeding === this.#assigned.headNumber;
  }

  /** Since when the worker has had no items, ms. Only its first lane watches that. */
  get idleSince(): number {
    const { lane, worker } = this.#config;
    return lane === 0 && worker.itemCount === 0 ? worker.idleSince : Number.POSITIVE_INFINITY;
  }

  /** Whether the worker has yet to say which items it gives back. */
  get isGivingBack(): boolean {
    return this.#takeBack.isPending;
  }

  /** The items that the worker has not answered, in order. */
  jobs(): Iterable<Job> {
    return this.#assigned.jobs();
  }

  /** Sends a batch of items to the worker. */
  give(jobs: Job[]): void {
    const { lane, worker, options, memory } = this.#config;
    if (this.batchCount === 0) this.headSince = now();
    const batch = this.#assigned.add(jobs);
    const hasSeveral = jobs.length > 1 || this.batchCount > 1;
    if (hasSeveral && (options.workers > 1 || options.timeout < Number.POSITIVE_INFINITY)) this.#takeBack.share();
    const error = worker.post(memory.pack(batch, lane));
    if (error) queueMicrotask(() => this.#onSendFailed(batch, error));
    // After the post: the worker begins while this process does its bookkeeping.
    worker.onGiven(jobs.length);
    this.#deadline.check();
  }

  /** Takes back the items that the worker has not begun. They come by the event `onReturned`. */
  takeBack(): void {
    if (this.itemCount > 1) this.#takeBack.request();
  }

  /** Removes the items that the worker has not answered, since it has exited. Returns them: see Assigned. */
  takeAll(): { begun: Job[]; untouched: Job[] } {
    return this.#assigned.takeAll();
  }

  /** Called when some of the items may have been canceled. */
  onCanceled(): void {
    this.#deadline.check();
    if (this.#config.options.cancelGrace === 0 || this.#isCancelDue || this.batchCount === 0) return;
    this.#isCancelDue = true;
    // Once for all items that are canceled together.
    queueMicrotask(() => {
      this.#isCancelDue = false;
      const canceled: Job[] = [];
      for (const job of this.jobs()) if (job.settled && !this.#told.has(job)) canceled.push(job);
      if (canceled.length > 0) this.#cancel(canceled);
    });
  }

  /** Aborts the signal of the head, since the pool is shut down. */
  cancelHead(): void {
    if (this.head) this.#cancel([this.head]);
  }

  /** Called when the worker may have been without items for long. */
  checkDeadline(): void {
    this.#deadline.check();
  }

  /** Goes on after `onIdle`. */
  stayIdle(): void {
    this.#deadline.resume();
  }

  onHeeds(item: number): void {
    this.#heeding = item;
  }

  onGivenBack({ request, begun }: GivenBackMessage): void {
    this.#takeBack.onGivenBack(request, begun);
  }

  onAnswers(answers: AnswersMessage): void {
    const when = now();
    const done = this.#reader.read(answers, when);
    // A worker begins its next item as soon as it has done the one before.
    if (done.count > 0) this.headSince = when;
    if (this.#config.events.hasWaiting) this.#afterAnswers(done, when, false);
    // No item waits for the worker, so the callers whose items were answered go on first.
    else inMicrotask(() => this.#afterAnswers(done, when, true));
  }

  #afterAnswers(done: WorkDone, when: number, isDeferred: boolean): void {
    const { worker, events } = this.#config;
    if (this.batchCount === 0) worker.onEmpty(when);
    else this.#deadline.check();
    if (done.count > 0) events.onAnswered(worker, done, isDeferred);
  }

  /** The worker has begun this many of the items, and begins no other. So the others can be given to another worker. */
  keepBegun(count: number): void {
    const { worker, memory, events } = this.#config;
    const untouched = this.#assigned.keepBegun(count);
    if (untouched.length === 0) return;
    worker.onGiven(-untouched.length);
    for (const job of untouched) memory.release(job);
    if (this.batchCount === 0) worker.onEmpty(now());
    events.onReturned(untouched);
    events.onRoom(worker);
    this.#deadline.check();
  }

  stop(): void {
    this.#deadline.stop();
    this.#takeBack.close();
  }

  #onBegun(begun: number): void {
    this.keepBegun(itemsBetween(this.#assigned.answeredCount, begun));
  }

  /** Aborts the signals of these items, of which the worker has not begun all. */
  #cancel(jobs: Job[], isLate = false): void {
    for (const job of jobs) this.#told.add(job);
    const items = jobs.map(job => this.#assigned.numberOf(job));
    markHandled(this.#send({ type: 'cancel', items, isLate }));
  }

  #send(command: PoolCommand & { lane?: number }): Promise<void> {
    const { lane, worker } = this.#config;
    return worker.send(lane > 0 ? { ...command, lane } : command);
  }

  /** The batch could not be sent. Items that cannot cross are rejected; each of the others will be sent alone. */
  #onSendFailed(batch: Batch, error: unknown): void {
    if (!this.#assigned.remove(batch)) return;
    const { worker, memory, events } = this.#config;
    const returned: Job[] = [];
    for (const job of batch.jobs) {
      if (job.settled) {
        memory.release(job);
        continue;
      }
      const reason = unsendableError(job.item, this.name, batch.jobs.length === 1 ? error : undefined);
      if (reason) events.onSettled(job, 0, now(), { reason });
      else {
        job.batchLimit = 1;
        returned.push(job);
      }
    }
    if (this.batchCount === 0) worker.onEmpty(now());
    events.onReturned(returned);
    events.onRoom(worker);
  }
}
