/** Parent side: one worker of a pool: its process, and the items that it has. */
import type { Observable } from 'rxjs';
import { type ExitStatus, isChild, type ShutdownOptions, type SubprocessState } from '../../../index';
import { now } from '../../../util/clock';
import { markHandled } from '../../../util/mark-handled';
import { byPool } from '../../made-by-pool';
import type { AnySubprocessWorker, WorkerClass } from '../../subprocess-worker';
import type { AnswersMessage, PoolCommand, WorkerMessage } from '../../wire/messages';
import { unsendableItem } from '../items/explain';
import type { Job } from '../items/job';
import type { ItemMemory } from '../memory/item-memory';
import { WorkerMemory } from '../memory/worker-memory';
import { Assigned, type Batch } from './assigned';
import { MessageSubscription } from './message-subscription';
import { AnswerReader } from './read-answers';
import { type Limits, WorkerDeadline } from './worker-deadline';
import type { WorkerEvents } from './worker-events';
import { WorkerStart } from './worker-start';

export interface WorkerHandleOptions extends Omit<Limits, 'onIdle'> {
  args: unknown[];
}

export class WorkerHandle {
  readonly start: WorkerStart;
  readonly #worker: AnySubprocessWorker;
  readonly #type: WorkerClass;
  readonly #events: WorkerEvents;
  readonly #assigned = new Assigned();
  readonly #deadline: WorkerDeadline;
  readonly #memory: WorkerMemory;
  readonly #reader: AnswerReader;
  readonly #messages: MessageSubscription<WorkerMessage>;
  /** When it became ready, ms. */
  readySince: number | undefined;
  /** When it began the item that it works on, as far as is known, ms. */
  headSince = 0;
  /** Since when it has no items, ms. */
  idleSince = 0;
  /** How many items it was given. */
  given = 0;
  /** Bytes of resident memory, as it has told last. */
  rss = 0;
  /** It takes no more items. */
  isRetired = false;
  /** The pool has asked for its end. */
  isEndAsked = false;
  /** It has answered all items that it has begun, and begins no other. */
  #isThrough = false;

  constructor(type: WorkerClass, options: WorkerHandleOptions, itemMemory: ItemMemory, events: WorkerEvents) {
    this.#type = type;
    this.#events = events;
    this.#deadline = new WorkerDeadline(this, { ...options, onIdle: () => events.onIdle(this) });
    this.#memory = new WorkerMemory(itemMemory, command => markHandled(this.send(command)));
    this.#reader = new AnswerReader(this, this.#assigned, this.#memory, events);
    this.#worker = byPool(
      () => new type(...options.args),
      worker => void worker.shutdown(),
    );
    this.#messages = new MessageSubscription(this.#worker.message$ as Observable<WorkerMessage>, message =>
      this.#onMessage(message),
    );
    this.start = new WorkerStart(type, this.#worker);
    this.hold();
    // Not `event$`, which would make an event of each message; nor `exit$`, which would keep the parent alive.
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

  /** How many batches it has. */
  get batches(): number {
    return this.#assigned.batches;
  }

  /** The item that it works on, or is about to. */
  get head(): Job | undefined {
    return this.#assigned.head;
  }

  /** How many items it has. */
  get load(): number {
    return this.#assigned.items;
  }

  get isReady(): boolean {
    return this.readySince !== undefined && !this.isRetired;
  }

  /** Why the pool has ended it, if one of its items was the reason. */
  get verdict(): WorkerDeadline['verdict'] {
    return this.#deadline.verdict;
  }

  /** Keeps the parent alive, and reads its messages, from now on. */
  hold(): void {
    this.#messages.hold();
  }

  /** Lets the parent end after a while, if it is not held by then. */
  release(): void {
    this.#messages.release();
  }

  give(jobs: Job[]): void {
    if (this.batches === 0) this.headSince = now();
    const batch = this.#assigned.add(jobs);
    this.given += jobs.length;
    this.hold();
    this.send(this.#memory.itemsOf(jobs, batch.region)).catch(error => this.#onRefused(batch, error));
    this.#deadline.check();
  }

  send(command: PoolCommand): Promise<void> {
    return this.#worker.send(command as never);
  }

  /** Ends it in its own time: `end` runs. */
  retire(options: ShutdownOptions = {}): Promise<ExitStatus> {
    this.isRetired = true;
    this.isEndAsked = true;
    return this.#worker.shutdown({ ...options, terminate: true });
  }

  /** Ends it at once. */
  kill(): void {
    void this.retire({ grace: 0 });
  }

  /** The items that it has not answered, taken from it for good: see Assigned. */
  takeBack(): { begun: Job[]; untouched: Job[] } {
    return this.#assigned.takeBack(this.#isThrough);
  }

  /** The items that it has not answered, in order. */
  jobs(): Iterable<Job> {
    return this.#assigned.jobs();
  }

  /** Some of its items may have been canceled. */
  onCanceled(): void {
    this.#deadline.check();
  }

  /** The pool tells of its failure, so that the failure need not be reported as unhandled. */
  markHandled(): void {
    this.#worker.result$.subscribe({ error: () => {} });
  }

  #onState(state: SubprocessState): void {
    if (state === 'running') {
      this.start.begins(
        () => this.hold(),
        () => this.kill(),
      );
    }
    if (state === 'stopping') this.#onStopping();
    if (state === 'exited') this.#worker.exit$.subscribe(exit => this.#onExit(exit));
  }

  #onStopping(): void {
    this.isRetired = true;
    if (this.isEndAsked) return;
    // Later, when it is known who has asked: somebody outside, or this process, by shutdownAll() or at its end.
    queueMicrotask(() => {
      if (this.#worker.process?.killed) this.#events.onParentEnding();
    });
  }

  #onExit(exit: ExitStatus): void {
    this.start.over();
    this.#deadline.stop();
    this.#events.onExit(this, exit);
    this.#messages.close();
    this.#memory.close();
  }

  #onMessage(message: WorkerMessage): void {
    switch (message.type) {
      case 'answers':
        return this.#onAnswers(message);
      case 'store':
        return this.#memory.answered(message.isOpen);
      case 'through':
        this.#isThrough = true;
        return;
      case 'ready':
        return this.#onReady();
      default:
        message satisfies never;
    }
  }

  #onReady(): void {
    this.start.over();
    this.readySince = now();
    this.idleSince = this.readySince;
    this.#events.onReady(this);
    this.#deadline.check();
  }

  #onAnswers(answers: AnswersMessage): void {
    const when = now();
    if (answers.rss !== undefined) this.rss = answers.rss;
    const { count, sum, squares } = this.#reader.read(answers, when);
    // The next item is begun when the one before is done.
    if (count > 0) this.headSince = when;
    if (this.batches === 0) this.idleSince = when;
    if (count > 0) this.#events.onAnswered(this, count, sum, squares);
    this.#deadline.check();
  }

  /** The batch was not sent: one of its items, or all of them together, cannot cross. */
  #onRefused(batch: Batch, error: unknown): void {
    if (!this.#assigned.remove(batch)) return;
    const again: Job[] = [];
    for (const job of batch.jobs) {
      if (job.settled) {
        this.#memory.release(job);
        continue;
      }
      const reason = unsendableItem(job.item, this.name, batch.jobs.length === 1 ? error : undefined);
      if (reason) this.#events.onSettled(job, 0, now(), { reason });
      else {
        job.batchLimit = 1;
        again.push(job);
      }
    }
    this.#events.onReturned(again);
    this.#events.onAnswered(this, 0, 0, 0);
  }
}
