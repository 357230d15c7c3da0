/** Parent side: one worker of a pool: its process, and the items that it has. */
import type { Subscription } from 'rxjs';
import { type ExitStatus, isChild, type ShutdownOptions, type SubprocessEvent } from '../index';
import type { Ears } from './ears';
import { reasonOf, unsendableItem } from './explain';
import { type Batch, InHand } from './in-hand';
import type { Job } from './job';
import { byPool } from './made-by-pool';
import { Store, type Stored } from './store';
import type { AnySubprocessWorker, WorkerClass } from './subprocess-worker';
import type { Answers, Items, PoolCommand, WorkerMessage } from './wire';
import { type Limits, WorkerClock } from './worker-clock';
import { WorkerStart } from './worker-start';

export class LiveWorker {
  readonly #worker: AnySubprocessWorker;
  readonly #type: WorkerClass;
  readonly #ears: Ears;
  readonly #inHand = new InHand();
  readonly #start: WorkerStart;
  readonly #clock: WorkerClock;
  /** Made when it is ready, and used once it has opened it. */
  #store: Store | undefined;
  #isStoreOpen = false;
  #messages: Subscription | undefined;
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
  /** Its run has returned: it has told all that it did. */
  #returned = false;

  constructor(type: WorkerClass, args: unknown[], limits: Omit<Limits, 'onIdle'>, ears: Ears) {
    this.#type = type;
    this.#ears = ears;
    this.#clock = new WorkerClock(this, { ...limits, onIdle: () => ears.idle(this) });
    this.#worker = byPool(
      () => new type(...args),
      worker => void worker.shutdown(),
    );
    this.#start = new WorkerStart(type, this.#worker);
    this.hold();
    this.#worker.event$.subscribe(event => this.#observe(event));
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
    return this.#inHand.batches;
  }

  get head(): Job | undefined {
    return this.#inHand.head;
  }

  /** Items that it has. */
  get load(): number {
    return this.#inHand.items;
  }

  get isReady(): boolean {
    return this.readySince !== undefined && !this.retired;
  }

  /** Keeps the parent alive, and listens, from now on. */
  hold(): void {
    this.#messages ??= this.#worker.message$.subscribe(message => this.#hear(message as WorkerMessage));
  }

  release(): void {
    this.#messages?.unsubscribe();
    this.#messages = undefined;
  }

  give(jobs: Job[]): void {
    if (this.batches === 0) this.headSince = performance.now();
    const batch = this.#inHand.add(jobs);
    this.given += jobs.length;
    this.hold();
    const command: Items = { type: 'items', items: jobs.map(({ parcel }) => parcel), region: batch.region };
    if (this.#isStoreOpen) this.#storeLarge(command);
    this.tell(command).catch(error => this.#refused(batch, error));
    this.#clock.check();
  }

  #storeLarge(command: Items): void {
    this.#store?.enter(command.region);
    const stored = this.#store?.pack(command.items);
    if (stored) command.stored = stored;
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
  surrender(): { begun: Job[]; untouched: Job[] } {
    return this.#inHand.surrender(this.#returned);
  }

  /** What it has not answered, in order. */
  jobs(): Iterable<Job> {
    return this.#inHand.jobs();
  }

  /** Some of its items are no longer wanted. */
  unwanted(): void {
    this.#clock.check();
  }

  /** Why it was ended, if its item was the reason. */
  get verdict(): WorkerClock['verdict'] {
    return this.#clock.verdict;
  }

  get start(): WorkerStart {
    return this.#start;
  }

  /** The pool tells of its failure, so that it need not be reported as one that nobody handled. */
  answerFor(): void {
    this.#worker.result$.subscribe({ error: () => {} });
  }

  #observe(event: SubprocessEvent<unknown>): void {
    if (event.type === 'spawned') {
      this.#start.limit(
        () => this.hold(),
        () => this.kill(),
      );
    }
    if (event.type === 'result') this.#returned = true;
    if (event.type === 'stopping') this.#stopping();
    if (event.type !== 'exited') return;
    this.#start.over();
    this.#clock.stop();
    this.#ears.gone(this, event.exit);
    this.release();
    this.#store?.close();
    this.#store = undefined;
  }

  #stopping(): void {
    this.retired = true;
    if (this.asked) return;
    // Once it is known who asked for it: somebody outside, or this process, by shutdownAll() or at its end.
    queueMicrotask(() => {
      if (this.#worker.process?.killed) this.#ears.stopped();
    });
  }

  #hear(message: WorkerMessage): void {
    if (message.type === 'answers') return this.#hearAnswers(message);
    if (message.type === 'store') {
      this.#isStoreOpen = true;
      return;
    }
    this.#start.over();
    this.readySince = performance.now();
    this.idleSince = this.readySince;
    this.#store = Store.make();
    if (this.#store) this.tell({ type: 'store', path: this.#store.path }).catch(() => {});
    this.#ears.ready(this);
    this.#clock.check();
  }

  #hearAnswers({ values, times, kinds, stored, memory }: Answers): void {
    const now = performance.now();
    if (stored && !this.#unpack(values, stored)) return;
    if (memory !== undefined) this.memory = memory;
    let count = 0;
    let sum = 0;
    let squares = 0;
    let outputs = 0;
    for (let at = 0; at < values.length; at++) {
      const { head: job } = this.#inHand;
      if (!job) break;
      const kind = kinds?.[at];
      if (kind === 'output') {
        outputs += 1;
        if (!job.settled) job.output(values[at]);
        continue;
      }
      this.#inHand.advance();
      const time = (times[at] as number) / 1_000;
      count += 1;
      sum += time;
      squares += time * time;
      outputs = 0;
      if (job.settled) continue;
      if (kind === undefined) job.output(values[at]);
      const failure =
        kind === 'failed' || kind === 'unsendable'
          ? { reason: reasonOf(kind, values[at], this.name, this.pid) }
          : undefined;
      this.#ears.settled(job, time, now, failure);
    }
    if (outputs > 0) this.#taken(outputs);
    // The next one is begun when the one before is done.
    if (count > 0) this.headSince = now;
    if (this.batches === 0) this.idleSince = now;
    if (count > 0) this.#ears.heard(this, count, sum, squares);
    this.#clock.check();
  }

  /** Whether what lies in the store was read; a worker whose answers are lost is ended, as one that crashed. */
  #unpack(values: unknown[], stored: Stored[]): boolean {
    try {
      this.#store?.unpack(values, stored);
      return true;
    } catch {
      this.kill();
      return false;
    }
  }

  /** Outputs of an item that has more to come: its worker goes on as they are taken. */
  #taken(count: number): void {
    const tell = () => void this.tell({ type: 'taken', count }).catch(() => {});
    const { head } = this;
    if (head && !head.settled) head.whenRoom(tell);
    else tell();
  }

  /** The batch did not leave: one of its items, or all of them together, cannot cross. */
  #refused(batch: Batch, error: unknown): void {
    if (!this.#inHand.remove(batch)) return;
    const again: Job[] = [];
    for (const job of batch.jobs) {
      const reason = unsendableItem(job.item, this.name, batch.jobs.length === 1 ? error : undefined);
      if (reason) this.#ears.settled(job, 0, performance.now(), { reason });
      else again.push(Object.assign(job, { company: 1 }));
    }
    this.#ears.returned(again);
    this.#ears.heard(this, 0, 0, 0);
  }
}
