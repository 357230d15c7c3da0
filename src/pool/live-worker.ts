/** Parent side: one worker of a pool: its process, and the items that it has. */
import {
  type ExitStatus,
  isChild,
  isStartError,
  type ShutdownOptions,
  StartError,
  type SubprocessError,
  type SubprocessEvent,
} from '../index';
import { decodeError } from '../protocol/remote-error';
import { unsendableItem, unsendableOutput } from './explain';
import type { Job } from './job';
import { byPool } from './made-by-pool';
import { type Region, Store } from './store';
import type { AnySubprocessWorker, WorkerClass } from './subprocess-worker';
import type { Answers, Items, PoolCommand, WorkerMessage } from './wire';
import { type Limits, WorkerClock } from './worker-clock';

interface Subscription {
  unsubscribe(): void;
}

/** Items that travelled together; those before `at` are answered. */
interface Batch {
  jobs: Job[];
  at: number;
}

/** What the pool wants to know of its workers. */
export interface Ears {
  ready(worker: LiveWorker): void;
  /** An item's work is over, after so many ms of it; `error` where it failed. */
  settled(job: Job, time: number, now: number, failure?: { reason: unknown }): void;
  /** A message of answers is through: of so many items, with the sums of their ms and of the squares. */
  heard(worker: LiveWorker, count: number, sum: number, squares: number): void;
  /** These items have to travel again. */
  returned(jobs: Job[]): void;
  /** This process shuts its children down. */
  stopped(): void;
  /** It has had no item for as long as it may. */
  idle(worker: LiveWorker): void;
  gone(worker: LiveWorker, exit: ExitStatus): void;
}

export class LiveWorker {
  readonly #worker: AnySubprocessWorker;
  readonly #type: WorkerClass;
  readonly #ears: Ears;
  readonly #batches: Batch[] = [];
  readonly #clock: WorkerClock;
  /** Made when it is ready, and used once it has opened it. */
  #store: Store | undefined;
  #isStoreOpen = false;
  #region: Region = 0;
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
  #readyTimer: NodeJS.Timeout | undefined;
  #lateError: StartError | undefined;

  constructor(type: WorkerClass, args: unknown[], limits: Omit<Limits, 'onIdle'>, ears: Ears) {
    this.#type = type;
    this.#ears = ears;
    this.#clock = new WorkerClock(this, { ...limits, onIdle: () => ears.idle(this) });
    this.#worker = byPool(() => new type(...args));
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
    return this.#batches.length;
  }

  /** The item that it works on, or is about to. */
  get head(): Job | undefined {
    const batch = this.#batches[0];
    return batch?.jobs[batch.at];
  }

  /** Items that it has. */
  get load(): number {
    let load = 0;
    for (const { jobs, at } of this.#batches) load += jobs.length - at;
    return load;
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
    const batch: Batch = { jobs, at: 0 };
    if (this.#batches.push(batch) === 1) this.headSince = performance.now();
    this.given += jobs.length;
    this.hold();
    const items = jobs.length === 1 ? [(jobs[0] as Job).item] : jobs.map(({ item }) => item);
    // The other one: the batch before may still have this one.
    this.#region = this.#region === 0 ? 1 : 0;
    const command: Items = { type: 'items', items, region: this.#region };
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

  /** What it has not answered: those that it may have begun, and those that it has not. */
  surrender(): { begun: Job[]; untouched: Job[] } {
    const [first, ...later] = this.#batches.splice(0);
    const pending = first ? first.jobs.slice(first.at) : [];
    const untouched = later.flatMap(({ jobs, at }) => jobs.slice(at));
    // It answers all that it did before it returns.
    return this.#returned ? { begun: [], untouched: [...pending, ...untouched] } : { begun: pending, untouched };
  }

  /** What it has not answered, in order. */
  *jobs(): Generator<Job> {
    for (const { jobs, at } of this.#batches) yield* jobs.slice(at);
  }

  /** Some of its items are no longer wanted. */
  unwanted(): void {
    this.#clock.check();
  }

  /** Why it was ended, if its item was the reason. */
  get verdict(): WorkerClock['verdict'] {
    return this.#clock.verdict;
  }

  /** Whether it was ended since `begin` took too long. */
  get isLate(): boolean {
    return this.#lateError !== undefined;
  }

  /** Why it never became ready. */
  startError(exit: ExitStatus): StartError {
    const error = this.#lateError ?? exit.error;
    if (error && isStartError(error)) return error;
    const { subprocess, pid } = exit;
    const why = error ? beginFault(error, subprocess) : `${subprocess}: the worker (pid ${pid}) was stopped`;
    return new StartError('ready', `${why}, before it could take an item`, {
      subprocess,
      pid,
      ...(error ? { cause: error } : {}),
    });
  }

  /** The pool tells of its failure, so that it need not be reported as one that nobody handled. */
  answerFor(): void {
    this.#worker.result$.subscribe({ error: () => {} });
  }

  #observe(event: SubprocessEvent<unknown>): void {
    if (event.type === 'spawned') this.#limitStart();
    if (event.type === 'result') this.#returned = true;
    if (event.type === 'stopping') this.#stopping();
    if (event.type !== 'exited') return;
    clearTimeout(this.#readyTimer);
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

  /** The core knows when the module is loaded; here `begin` is part of the start, as a loop's is. */
  #limitStart(): void {
    const { READY_TIMEOUT } = this.#type;
    if (READY_TIMEOUT > 2 ** 31 - 1) return;
    this.#readyTimer = setTimeout(() => {
      const { name, pid } = this;
      this.#lateError = new StartError(
        'ready',
        `${name}: the worker (pid ${pid}) was still in begin() after ${READY_TIMEOUT} ms and was killed: look for what never ends there, or raise READY_TIMEOUT`,
        { subprocess: name, pid },
      );
      this.kill();
    }, READY_TIMEOUT).unref();
  }

  #hear(message: WorkerMessage): void {
    if (message.type === 'answers') return this.#hearAnswers(message);
    if (message.type === 'store') {
      this.#isStoreOpen = true;
      return;
    }
    clearTimeout(this.#readyTimer);
    this.readySince = performance.now();
    this.idleSince = this.readySince;
    this.#store = Store.make();
    if (this.#store) this.tell({ type: 'store', path: this.#store.path }).catch(() => {});
    this.#ears.ready(this);
  }

  #hearAnswers({ values, times, kinds, stored, memory }: Answers): void {
    this.headSince = performance.now();
    if (stored) this.#store?.unpack(values, stored);
    if (memory !== undefined) this.memory = memory;
    let count = 0;
    let sum = 0;
    let squares = 0;
    let outputs = 0;
    for (let at = 0; at < values.length; at++) {
      const batch = this.#batches[0];
      // Given up meanwhile, by a pool that was shut down.
      if (!batch) return;
      const job = batch.jobs[batch.at] as Job;
      const kind = kinds?.[at];
      if (kind === 'output') {
        outputs += 1;
        if (!job.settled) job.output(values[at]);
        continue;
      }
      if (++batch.at === batch.jobs.length) this.#batches.shift();
      const time = (times[at] as number) / 1_000;
      count += 1;
      sum += time;
      squares += time * time;
      outputs = 0;
      if (job.settled) continue;
      if (kind === undefined) job.output(values[at]);
      const failure =
        kind === 'failed' || kind === 'unsendable' ? { reason: this.#reason(kind, values[at]) } : undefined;
      this.#ears.settled(job, time, this.headSince, failure);
    }
    if (outputs > 0) this.#taken(outputs);
    if (this.#batches.length === 0) this.idleSince = this.headSince;
    if (count > 0) this.#ears.heard(this, count, sum, squares);
    this.#clock.check();
  }

  /** Outputs of an item that has more to come: its worker goes on as they are taken. */
  #taken(count: number): void {
    const tell = () => void this.tell({ type: 'taken', count }).catch(() => {});
    const { head } = this;
    if (head && !head.settled) head.whenRoom(tell);
    else tell();
  }

  #reason(kind: 'failed' | 'unsendable', value: unknown): SubprocessError {
    const { name: subprocess, pid } = this;
    if (kind === 'unsendable') return unsendableOutput(subprocess, pid, value as string);
    return decodeError(value as never, `${subprocess}.work() threw in the child (pid ${pid})`, { subprocess, pid });
  }

  /** The batch did not leave: one of its items, or all of them together, cannot cross. */
  #refused(batch: Batch, error: unknown): void {
    const index = this.#batches.indexOf(batch);
    if (index < 0) return;
    this.#batches.splice(index, 1);
    const again: Job[] = [];
    for (const job of batch.jobs) {
      const reason = unsendableItem(job.item, this.name, batch.jobs.length === 1 ? error : undefined);
      if (reason) this.#ears.settled(job, 0, this.headSince, { reason });
      else again.push(Object.assign(job, { company: 1 }));
    }
    this.#ears.returned(again);
    this.#ears.heard(this, 0, 0, 0);
  }
}

function beginFault(error: SubprocessError, subprocess: string): string {
  return error.message.replace(`${subprocess}.run() threw`, `${subprocess}.begin() threw`);
}
