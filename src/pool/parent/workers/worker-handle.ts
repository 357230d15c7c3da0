/** Parent side: one worker of a pool, with its process and the items that it was given. */
import type { Observable } from 'rxjs';
import { type ExitStatus, isChild, type ShutdownOptions, type SubprocessState } from '../../../index';
import { now } from '../../../util/clock';
import { markHandled } from '../../../util/mark-handled';
import { constructInPool } from '../../made-by-pool';
import type { CheckedOptions } from '../../options';
import { type AnySubprocessWorker, sendsFields, type WorkerClass } from '../../subprocess-worker';
import { itemsBetween } from '../../wire/claim-file';
import type { AnswersMessage, PoolCommand, WorkerMessage } from '../../wire/messages';
import type { StopReason } from '../items/blame';
import { unsendableError } from '../items/explain';
import type { Job } from '../items/job';
import type { ItemMemory } from '../shared-memory/item-memory';
import { WorkerMemory } from '../shared-memory/worker-memory';
import { Assigned, type Batch } from './assigned';
import { MessageSubscription } from './message-subscription';
import { Overdue } from './overdue';
import { AnswerReader } from './read-answers';
import { TakeBack } from './take-back';
import { WorkerDeadline } from './worker-deadline';
import type { WorkerEvents } from './worker-events';
import { WorkerStart } from './worker-start';

export interface WorkerHandleConfig {
  type: WorkerClass;
  index: number;
  options: CheckedOptions;
  itemMemory: ItemMemory;
  events: WorkerEvents;
}

export class WorkerHandle {
  readonly start: WorkerStart;
  /** The index of the worker among those of its pool. The one that replaces it has the same. */
  readonly index: number;
  readonly #worker: AnySubprocessWorker;
  readonly #type: WorkerClass;
  readonly #options: CheckedOptions;
  readonly #events: WorkerEvents;
  readonly #assigned = new Assigned();
  readonly #deadline: WorkerDeadline;
  readonly #memory: WorkerMemory;
  readonly #reader: AnswerReader;
  readonly #takeBack: TakeBack;
  readonly #messages: MessageSubscription<WorkerMessage>;
  /** When the worker became ready, ms. */
  readySince: number | undefined;
  /** When the worker began its head, ms. Roughly: when the head was sent, or the answer before it arrived. */
  headSince = 0;
  /** Since when the worker has no items, ms. */
  idleSince = 0;
  /** How many items the worker was given in all. */
  givenCount = 0;
  /** Bytes of resident memory, as the worker has last reported. */
  rss = 0;
  /** Whether the worker takes no more items. */
  isRetired = false;
  /** Whether the pool has called `shutdown()` of the worker. */
  isShutdownCalled = false;
  /** Why the worker was stopped, if one of its items was the reason. */
  stopReason: StopReason | undefined;

  constructor({ type, index, options, itemMemory, events }: WorkerHandleConfig) {
    this.index = index;
    this.#type = type;
    this.#options = options;
    this.#events = events;
    this.#deadline = new WorkerDeadline(this, {
      ...options,
      onIdle: () => events.onIdle(this),
      onOverdue: reason => overdue.end(reason),
    });
    this.#takeBack = new TakeBack({
      send: command => this.send(command),
      onBegun: begun => this.#onBegun(begun),
    });
    const overdue = new Overdue(this, {
      timeout: options.timeout,
      takeBack: this.#takeBack,
      onDone: () => this.#deadline.resume(),
      onOverdue: (reason, failed) => {
        if (this.isShutdownCalled) return;
        this.stopReason = reason;
        events.onOverdue(this, failed);
      },
    });
    this.#memory = new WorkerMemory(itemMemory, command => markHandled(this.send(command)));
    this.#reader = new AnswerReader(this, this.#assigned, this.#memory, events);
    this.#worker = constructInPool(
      () => new type(...options.args),
      worker => void worker.shutdown(),
      index,
    );
    // A snapshot() of its own may leave the index out.
    if (!sendsFields(this.#worker)) markHandled(this.send({ type: 'welcome', index }));
    this.#messages = new MessageSubscription(this.#worker.message$ as Observable<WorkerMessage>, message =>
      this.#onMessage(message),
    );
    this.start = new WorkerStart(type, this.#worker);
    this.ref();
    // Neither `event$`, which makes an event of each message, nor `exit$`, which keeps the parent alive.
    this.#worker.state$.subscribe(state => this.#onState(state));
    // In replayed code this never settles, which tells the loader that the module is stuck.
    if (isChild) void this.#worker.wait().then(() => {});
    if (type.EXPLICIT_START) this.#worker.start();
  }

  get name(): string {
    return this.#type.name;
  }

  get pid(): number | null {
    return this.#worker.process?.pid ?? null;
  }

  /** How many batches the worker has. */
  get batchCount(): number {
    return this.#assigned.batchCount;
  }

  /** The item that the worker works on, or is about to. */
  get head(): Job | undefined {
    return this.#assigned.head;
  }

  /** How many items the worker has. */
  get itemCount(): number {
    return this.#assigned.itemCount;
  }

  get isReady(): boolean {
    return this.readySince !== undefined && !this.isRetired;
  }

  /** Whether the worker may be given items now. */
  get takesItems(): boolean {
    return this.isReady && !this.#takeBack.isPending;
  }

  /** Keeps the parent alive, and reads the worker's messages, from now on. */
  ref(): void {
    this.#messages.ref();
  }

  /** No longer keeps the parent alive, after a short delay, unless `ref` is called before. */
  unref(): void {
    // The worker has yet to say what it gives back.
    if (!this.#takeBack.isPending) this.#messages.unref();
  }

  /** Sends a batch of items to the worker. */
  give(jobs: Job[]): void {
    if (this.batchCount === 0) this.headSince = now();
    const batch = this.#assigned.add(jobs);
    this.givenCount += jobs.length;
    this.ref();
    const { workers, timeout } = this.#options;
    const mayTakeBack = workers > 1 || timeout < Number.POSITIVE_INFINITY;
    if (mayTakeBack && this.itemCount > 1) this.#takeBack.share();
    this.send(this.#memory.pack(jobs, batch.region)).catch(error => this.#onSendFailed(batch, error));
    this.#deadline.check();
  }

  send(command: PoolCommand): Promise<void> {
    return this.#worker.send(command as never);
  }

  /** Shuts the worker down gracefully: its current item is finished, and `end` runs. */
  retire(options: ShutdownOptions = {}): Promise<ExitStatus> {
    this.isRetired = true;
    this.isShutdownCalled = true;
    return this.#worker.shutdown({ ...options, terminate: true });
  }

  /** Kills the worker at once. */
  kill(): void {
    void this.retire({ grace: 0 });
  }

  /** Takes back the items that the worker has not begun. They come by the event `onReturned`. */
  takeBack(): void {
    this.#takeBack.request();
  }

  /** Removes the items that the worker has not answered, since it has exited. Returns them: see Assigned. */
  takeAll(): { begun: Job[]; untouched: Job[] } {
    return this.#assigned.takeAll();
  }

  /** The items that the worker has not answered, in order. */
  jobs(): Iterable<Job> {
    return this.#assigned.jobs();
  }

  /** The worker stays, although it has had no items for long. */
  stayIdle(): void {
    this.idleSince = now();
    this.#deadline.resume();
  }

  /** Called when some of the worker's items may have been canceled. */
  onCanceled(): void {
    this.#deadline.check();
  }

  /** Keeps the worker's failure from being reported as unhandled, since the pool rejects items with it. */
  markHandled(): void {
    this.#worker.result$.subscribe({ error: () => {} });
  }

  #onState(state: SubprocessState): void {
    if (state === 'running') {
      this.start.onLoaded(
        () => this.ref(),
        () => this.kill(),
      );
    }
    // Somebody has stopped it, be it this process or another.
    if (state === 'stopping') this.isRetired = true;
    if (state === 'exited') this.#worker.exit$.subscribe(exit => this.#onExit(exit));
  }

  #onExit(exit: ExitStatus): void {
    this.isRetired = true;
    // Reads the message that it was ready, which waits if nobody was subscribed.
    this.ref();
    this.start.end();
    this.#deadline.stop();
    this.#events.onExit(this, exit);
    this.#messages.close();
    this.#memory.close();
    this.#takeBack.close();
  }

  #onMessage(message: WorkerMessage): void {
    switch (message.type) {
      case 'answers':
        return this.#onAnswers(message);
      case 'memory-opened':
        return this.#memory.onOpened(message.isOpen);
      case 'given-back':
        this.#takeBack.onGivenBack(message.request, message.begun);
        return this.#events.onRoom(this);
      case 'stopped':
        this.isRetired = true;
        return this.#keepBegun(0);
      case 'ready':
        return this.#onReady();
      default:
        message satisfies never;
    }
  }

  #onReady(): void {
    this.start.end();
    this.readySince = now();
    this.idleSince = this.readySince;
    this.#events.onReady(this);
    this.#deadline.check();
  }

  #onAnswers(answers: AnswersMessage): void {
    const when = now();
    if (answers.rss !== undefined) this.rss = answers.rss;
    const { count, sum, squares } = this.#reader.read(answers, when);
    // A worker begins its next item as soon as it has done the one before.
    if (count > 0) this.headSince = when;
    if (this.batchCount === 0) this.idleSince = when;
    if (count > 0) this.#events.onAnswered(this, count, sum, squares);
    this.#deadline.check();
  }

  #onBegun(begun: number): void {
    this.#keepBegun(itemsBetween(this.#assigned.answeredCount, begun));
  }

  /** The worker has begun this many of its items, and begins no other. So the others can be given to another worker. */
  #keepBegun(count: number): void {
    const untouched = this.#assigned.keepBegun(count);
    if (untouched.length === 0) return;
    this.givenCount -= untouched.length;
    for (const job of untouched) this.#memory.release(job);
    if (this.batchCount === 0) this.idleSince = now();
    this.#events.onReturned(untouched);
    this.#events.onRoom(this);
    this.#deadline.check();
  }

  /** The batch could not be sent. Items that cannot cross are rejected; each of the others will be sent alone. */
  #onSendFailed(batch: Batch, error: unknown): void {
    if (!this.#assigned.remove(batch)) return;
    const returned: Job[] = [];
    for (const job of batch.jobs) {
      if (job.settled) {
        this.#memory.release(job);
        continue;
      }
      const reason = unsendableError(job.item, this.name, batch.jobs.length === 1 ? error : undefined);
      if (reason) this.#events.onSettled(job, 0, now(), { reason });
      else {
        job.batchLimit = 1;
        returned.push(job);
      }
    }
    this.#events.onReturned(returned);
    this.#events.onRoom(this);
  }
}
