/** Child side: what a worker does from its begin to its end: it takes items, works on one at a time, and answers. */
import type { Observable } from 'rxjs';
import { now } from '../../util/clock';
import { type Generated, isGenerator, isObservable, isThenable } from '../../util/value-kinds';
import type { AnySubprocessWorker, PoolPort } from '../subprocess-worker';
import { type Items, OUTPUTS_AHEAD, type PoolCommand, type WorkerMessage } from '../wire/messages';
import type { FileAddress, PlacedSlice } from '../wire/shared-file';
import { Answers } from './answers';

/** ms of work without a turn of the event loop, in which a stop could be heard. */
const LONGEST_TURN = 10;

/** Settles when the worker has ended: a stop was asked for. Rejects with what `begin` or `end` threw. */
export async function workThrough(
  worker: AnySubprocessWorker,
  emit: (message: WorkerMessage) => Promise<void>,
): Promise<void> {
  const { signal, command$ } = worker as unknown as PoolPort;
  await worker.begin();
  const answers = new Answers(emit);
  const loop = new WorkLoop(worker, answers);
  const share = (items: FileAddress, outputs: FileAddress) => {
    const { OutputMemory } = require('./output-memory') as typeof import('./output-memory');
    answers.shared = OutputMemory.open(items, outputs);
    void emit({ type: 'store', isOpen: answers.shared !== undefined });
  };
  command$.subscribe(command => {
    if (command.type === 'store') share(command.items, command.outputs);
    else loop.take(command);
  });
  // A process.exit() in the middle of an item: what was done before it is known.
  process.once('exit', () => answers.leave());
  void emit({ type: 'ready' });
  await loop.workUntil(signal);
  void answers.leave();
  void emit({ type: 'through' });
  // Before end(), which may end this process.
  await new Promise(resolve => setImmediate(resolve));
  await worker.end();
}

class WorkLoop {
  readonly #worker: AnySubprocessWorker;
  readonly #answers: Answers;
  readonly #batches: Items[] = [];
  #at = 0;
  #busy = false;
  #stopping = false;
  #stopped = () => {};
  /** When the present item was begun, and when the event loop last turned; ms. */
  #begun = 0;
  #turned = 0;
  /** Outputs of the present item that are not yet taken. */
  #ahead = 0;
  #onTaken = () => {};

  constructor(worker: AnySubprocessWorker, answers: Answers) {
    this.#worker = worker;
    this.#answers = answers;
  }

  take(command: Exclude<PoolCommand, { type: 'store' }>): void {
    if (command.type === 'watch-memory') return this.#answers.watchMemory();
    if (command.type === 'taken') {
      this.#ahead -= command.count;
      return this.#onTaken();
    }
    this.#batches.push(command);
    if (!this.#busy) this.#go();
  }

  /** Resolves once a stop is asked for and the present item, if there is one, is done. */
  workUntil(signal: AbortSignal): Promise<void> {
    return new Promise(resolve => {
      const stop = () => {
        this.#stopping = true;
        this.#stopped = resolve;
        this.#onTaken();
        if (!this.#busy) resolve();
      };
      if (signal.aborted) stop();
      else signal.addEventListener('abort', stop);
    });
  }

  #go(): void {
    this.#busy = true;
    this.#turned = now();
    this.#begun = this.#turned;
    for (let batch = this.#batches[0]; batch && !this.#stopping; batch = this.#batches[0]) {
      if (this.#at === 0) this.#answers.shared?.enter(batch.region);
      if (!this.#workOn(batch)) return;
    }
    this.#busy = false;
    if (this.#stopping) this.#stopped();
  }

  /** One item. False where it goes on by itself, later. */
  #workOn(batch: Items): boolean {
    const item = this.#itemOf(batch);
    let given: unknown;
    let isMore: boolean;
    try {
      given = this.#worker.work(item);
      // Inside, since a value may have getters that throw.
      isMore = typeof given === 'object' && given !== null && givesMore(given);
    } catch (error) {
      return this.#next(this.#failed(error));
    }
    if (!isMore) return this.#next(this.#done(given));
    void this.#later(given as object);
    return false;
  }

  #itemOf({ items, stored }: Items): unknown {
    const at = this.#at++;
    if (stored?.[0]?.at === at) return this.#answers.shared?.take(stored.shift() as PlacedSlice);
    const item = items[at];
    // Not held any longer than it is worked on.
    items[at] = undefined;
    return item;
  }

  #done(value: unknown): boolean {
    const when = now();
    const isDue = this.#answers.add(value, when, when - this.#begun);
    this.#begun = when;
    return isDue;
  }

  #failed(error: unknown): boolean {
    const when = now();
    const isDue = this.#answers.fail(error, when, when - this.#begun);
    this.#begun = when;
    return isDue;
  }

  /** After an item. False where the event loop gets a turn first. */
  #next(isDue: boolean): boolean {
    const isLast = this.#at === this.#batches[0]?.items.length;
    if (isLast) {
      this.#batches.shift();
      this.#at = 0;
    }
    if (isLast || isDue) void this.#answers.leave();
    if (this.#begun - this.#turned < LONGEST_TURN) return true;
    setImmediate(() => this.#go());
    return false;
  }

  async #later(given: object): Promise<void> {
    this.#answers.leaveSoon();
    let isDue: boolean;
    try {
      const value = isThenable(given) ? await given : given;
      if (typeof value === 'object' && value !== null && isGenerator(value)) isDue = await this.#drain(value);
      else if (typeof value === 'object' && value !== null && isObservable(value)) isDue = await this.#follow(value);
      else isDue = this.#done(value);
    } catch (error) {
      isDue = this.#failed(error);
    }
    if (this.#next(isDue)) this.#go();
  }

  async #drain(generator: Generated): Promise<boolean> {
    this.#ahead = 0;
    let turned = now();
    for (let step = await generator.next(); !step.done; step = await generator.next()) {
      const when = now();
      this.#ahead += 1;
      if (this.#answers.add(step.value, when, 0, 'output')) await this.#answers.leave();
      else this.#answers.leaveSoon();
      if (this.#ahead >= OUTPUTS_AHEAD) await this.#taken();
      if (this.#answers.isSpoilt) {
        await generator.return(undefined);
        break;
      }
      if (when - turned > LONGEST_TURN) {
        await new Promise(resolve => setImmediate(resolve));
        turned = now();
      }
    }
    return this.#ended();
  }

  /** Outputs of an Observable leave as they come: it cannot be held up. */
  #follow(source$: Observable<unknown>): Promise<boolean> {
    return new Promise((resolve, reject) => {
      let isOver = false;
      const finish = () => {
        if (!isOver) resolve(this.#ended());
        isOver = true;
      };
      const subscription = source$.subscribe({
        next: value => {
          if (isOver) return;
          if (this.#answers.add(value, now(), 0, 'output')) void this.#answers.leave();
          else this.#answers.leaveSoon();
          if (!this.#answers.isSpoilt) return;
          finish();
          // Not yet assigned where the source emits upon subscription.
          queueMicrotask(() => subscription.unsubscribe());
        },
        error: reject,
        complete: finish,
      });
    });
  }

  #ended(): boolean {
    const when = now();
    const isDue = this.#answers.add(null, when, when - this.#begun, 'end');
    this.#begun = when;
    return isDue;
  }

  /** Resolves once the pool has taken enough of what was given. */
  async #taken(): Promise<void> {
    await this.#answers.leave();
    while (this.#ahead >= OUTPUTS_AHEAD && !this.#stopping && !this.#answers.isSpoilt) {
      await new Promise<void>(resolve => {
        this.#onTaken = resolve;
      });
    }
  }
}

const givesMore = (given: object): boolean => isThenable(given) || isGenerator(given) || isObservable(given);
