/** Parent side: one worker of a pool: its process, and the items that it has. */

import type { Subscription } from 'rxjs';
import { type ExitStatus, isChild, type ShutdownOptions, type SubprocessState } from '../../../index';
import { now } from '../../../util/clock';
import { markHandled } from '../../../util/mark-handled';
import { byPool } from '../../made-by-pool';
import type { AnySubprocessWorker, WorkerClass } from '../../subprocess-worker';
import type { Answer, AnswersMessage, PoolCommand, WorkerMessage } from '../../wire/messages';
import { unsendableItem } from '../items/explain';
import type { Job } from '../items/job';
import type { ItemMemory } from '../memory/item-memory';
import { WorkerMemory } from '../memory/worker-memory';
import { Assigned, type Batch } from './assigned';
import { AnswerReader } from './read-answers';
import { type Limits, WorkerDeadline } from './worker-deadline';
import type { WorkerEvents } from './worker-events';
import { WorkerStart } from './worker-start';

/** ms that a worker without items still keeps the parent alive, and at the most twice as many: mostly the next item comes sooner, and to subscribe anew takes as long as to send it. */
const LINGER = 20;

export interface WorkerHandleOptions extends Omit<Limits, 'onIdle'> {
  args: unknown[];
}

export class WorkerHandle {
  readonly #worker: AnySubprocessWorker;
  readonly #type: WorkerClass;
  readonly #events: WorkerEvents;
  readonly #assigned = new Assigned();
  readonly #start: WorkerStart;
  readonly #deadline: WorkerDeadline;
  readonly #memory: WorkerMemory;
  readonly #reader: AnswerReader;
  #messages: Subscription | undefined;
  #listens = false;
  #isHeld = false;
  #lingering: NodeJS.Timeout | undefined;
  /** When it became ready; ms. */
  readySince: number | undefined;
  /** When the item that it works on was begun, as far as is known; ms. */
  headSince = 0;
  idleSince = 0;
  /** How many items it was given, and how many bytes of memory it told last. */
  given = 0;
  memory = 0;
  /** No more items go to it; `asked`: since the pool has asked for its end. */
  retired = false;
  asked = false;
  /** It works on nothing any more, and has told all that it did. */
  #isThrough = false;

  constructor(type: WorkerClass, options: WorkerHandleOptions, itemMemory: ItemMemory, events: WorkerEvents) {
    this.#type = type;
    this.#events = events;
    this.#deadline = new WorkerDeadline(this, { ...options, onIdle: () => events.idle(this) });
    this.#memory = new WorkerMemory(itemMemory, command => markHandled(this.tell(command)));
    this.#reader = new AnswerReader(this, this.#assigned, this.#memory, events);
    this.#worker = byPool(
      () => new type(...options.args),
      worker => void worker.shutdown(),
    );
    this.#start = new WorkerStart(type, this.#worker);
    this.hold();
    // Not event$, of which each message would be one, nor exit$, which would hold the parent.
    this.#worker.state$.subscribe(state => this.#observe(state));
    // In code that a child replays it never ends: so the child knows that its module waits for it.
    if (isChild) void this.#worker.wait().then(() => {});
    if (type.EXPLICIT_START) this.#worker.start();
  }

  get name(): string {
    return this.#type.name;
  }

  get pid(): number | null {
    return this.#worker.process?.pid ?? null;
  }

  get batches(): number {
    return this.#assigned.batches;
  }

  get head(): Job | undefined {
    return this.#assigned.head;
  }

  /** Items that it has. */
  get load(): number {
    return this.#assigned.items;
  }

  get isReady(): boolean {
    return this.readySince !== undefined && !this.retired;
  }

  /** Keeps the parent alive, and listens, from now on. */
  hold(): void {
    this.#isHeld = true;
    if (this.#listens) return;
    // Before what waits is heard, upon which it may be held once more.
    this.#listens = true;
    this.#messages = this.#worker.message$.subscribe(message => this.#hear(message as WorkerMessage));
  }

  /** Lets the parent end, in a moment, if it is not held by then. */
  release(): void {
    this.#isHeld = false;
    if (this.#listens && !this.#lingering) this.#linger();
  }

  /** Once more where it has been given items meanwhile. */
  #linger(): void {
    const { given } = this;
    this.#lingering = setTimeout(() => {
      this.#lingering = undefined;
      if (this.#isHeld) return;
      if (this.given > given) this.#linger();
      else this.#leave();
    }, LINGER).unref();
  }

  #leave(): void {
    clearTimeout(this.#lingering);
    this.#lingering = undefined;
    this.#messages?.unsubscribe();
    this.#listens = false;
  }

  give(jobs: Job[]): void {
    if (this.batches === 0) this.headSince = now();
    const batch = this.#assigned.add(jobs);
    this.given += jobs.length;
    this.hold();
    this.tell(this.#memory.itemsOf(jobs, batch.region)).catch(error => this.#refused(batch, error));
    this.#deadline.check();
  }

  tell(command: PoolCommand): Promise<void> {
    return this.#worker.send(command as never);
  }

  /** Ends it in its own time: `end` runs. */
  retire(options: ShutdownOptions = {}): Promise<ExitStatus> {
    this.retired = true;
    this.asked = true;
    return this.#worker.shutdown({ ...options, terminate: true });
  }

  /** Ends it at once. */
  kill(): void {
    void this.retire({ grace: 0 });
  }

  /** What it has not answered, for good: see InHand. */
  takeBack(): { begun: Job[]; untouched: Job[] } {
    return this.#assigned.takeBack(this.#isThrough);
  }

  /** What it has not answered, in order. */
  jobs(): Iterable<Job> {
    return this.#assigned.jobs();
  }

  /** Some of its items are no longer wanted. */
  unwanted(): void {
    this.#deadline.check();
  }

  /** Why it was ended, if its item was the reason. */
  get verdict(): WorkerDeadline['verdict'] {
    return this.#deadline.verdict;
  }

  get start(): WorkerStart {
    return this.#start;
  }

  /** The pool tells of its failure, so that it need not be reported as one that nobody handled. */
  markHandled(): void {
    this.#worker.result$.subscribe({ error: () => {} });
  }

  #observe(state: SubprocessState): void {
    if (state === 'running') {
      this.#start.begins(
        () => this.hold(),
        () => this.kill(),
      );
    }
    if (state === 'stopping') this.#stopping();
    if (state === 'exited') this.#worker.exit$.subscribe(exit => this.#gone(exit));
  }

  #gone(exit: ExitStatus): void {
    this.#start.over();
    this.#deadline.stop();
    this.#events.gone(this, exit);
    this.#leave();
    this.#memory.close();
  }

  #stopping(): void {
    this.retired = true;
    if (this.asked) return;
    // Once it is known who asked for it: somebody outside, or this process, by shutdownAll() or at its end.
    queueMicrotask(() => {
      if (this.#worker.process?.killed) this.#events.stopped();
    });
  }

  #hear(message: WorkerMessage): void {
    if (message.type === 'answer') return this.#hearAnswers(asMany(message));
    if (message.type === 'answers') return this.#hearAnswers(message);
    if (message.type === 'store') return this.#memory.answered(message.isOpen);
    if (message.type === 'through') {
      this.#isThrough = true;
      return;
    }
    this.#start.over();
    this.readySince = now();
    this.idleSince = this.readySince;
    this.#events.ready(this);
    this.#deadline.check();
  }

  #hearAnswers(answers: AnswersMessage): void {
    const when = now();
    if (answers.memory !== undefined) this.memory = answers.memory;
    const { count, sum, squares } = this.#reader.read(answers, when);
    // The next one is begun when the one before is done.
    if (count > 0) this.headSince = when;
    if (this.batches === 0) this.idleSince = when;
    if (count > 0) this.#events.heard(this, count, sum, squares);
    this.#deadline.check();
  }

  /** The batch did not leave: one of its items, or all of them together, cannot cross. */
  #refused(batch: Batch, error: unknown): void {
    if (!this.#assigned.remove(batch)) return;
    const again: Job[] = [];
    for (const job of batch.jobs) {
      if (job.settled) {
        this.#memory.letGo(job);
        continue;
      }
      const reason = unsendableItem(job.item, this.name, batch.jobs.length === 1 ? error : undefined);
      if (reason) this.#events.settled(job, 0, now(), { reason });
      else again.push(Object.assign(job, { batchLimit: 1 }));
    }
    this.#events.returned(again);
    this.#events.heard(this, 0, 0, 0);
  }
}

function asMany({ value, time, kind }: Answer): AnswersMessage {
  const answers: AnswersMessage = { type: 'answers', values: [value], times: [time] };
  return kind ? { ...answers, kinds: { 0: kind } } : answers;
}
