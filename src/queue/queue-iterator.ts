/** Both sides: the values of a queue, taken one by one. */
import type { Observer } from 'rxjs';
import { Fifo } from '../util/fifo';

export interface IteratorSource<T> {
  /** Called when the first value is asked for. May throw, which that rejects with. */
  begin?(): void;
  /** A value is done with: the next one is asked for. */
  taken(): void;
  /** There is no more, or nobody takes any more. */
  end?(): void;
  /** From now on `listener` is told: of what waits, at once, then of what comes. */
  listen(listener: Observer<T>): void;
  /** It is told no more; `rest` was not taken. */
  leave(listener: Observer<T>, rest: T[]): void;
}

type Result<T> = IteratorResult<T, undefined>;

interface Caller<T> {
  resolve(result: Result<T>): void;
  reject(error: unknown): void;
}

/** Not an async generator, whose `return` waits for a `next` that may never come. */
export class QueueIterator<T> implements AsyncIterableIterator<T, undefined> {
  readonly #source: IteratorSource<T>;
  readonly #callers = new Fifo<Caller<T>>();
  readonly #values = new Fifo<T>();
  /** While it listens. */
  #listener: Observer<T> | undefined;
  #given = 0;
  #isOver = false;
  #failure: { error: unknown } | undefined;

  constructor(source: IteratorSource<T>) {
    this.#source = source;
  }

  /** How many values wait to be taken. */
  get waiting(): number {
    return this.#values.length;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<Result<T>> {
    if (!this.#listener && !this.#isOver) this.#begin();
    for (; this.#given > 0; this.#given--) this.#source.taken();
    if (this.#values.length > 0) {
      this.#given += 1;
      return { value: this.#values.shift() as T, done: false };
    }
    if (!this.#isOver) return new Promise((resolve, reject) => this.#callers.push({ resolve, reject }));
    const failure = this.#failure;
    this.#finish();
    if (failure) throw failure.error;
    return { value: undefined, done: true };
  }

  /** Nothing more is taken; who waits for a value hears of the end. */
  async return(): Promise<Result<T>> {
    this.#isOver = true;
    this.#finish();
    return { value: undefined, done: true };
  }

  #begin(): void {
    this.#source.begin?.();
    this.#listener = {
      next: value => this.#give(value),
      error: error => {
        if (this.#isOver) return;
        this.#failure = { error };
        this.#over();
      },
      complete: () => this.#over(),
    };
    this.#source.listen(this.#listener);
  }

  #give(value: T): void {
    // A listener told before this one has ended it.
    if (this.#isOver) return;
    const caller = this.#callers.shift();
    if (!caller) return this.#values.push(value);
    this.#given += 1;
    caller.resolve({ value, done: false });
  }

  #over(): void {
    this.#isOver = true;
    if (this.#values.length === 0 && !this.#failure) return this.#finish();
    const caller = this.#callers.shift();
    if (!caller || !this.#failure) return;
    caller.reject(this.#failure.error);
    this.#finish();
  }

  #finish(): void {
    this.#failure = undefined;
    const listener = this.#listener;
    if (listener) {
      this.#listener = undefined;
      this.#source.leave(listener, this.#values.takeAll());
      this.#source.end?.();
    }
    for (const { resolve } of this.#callers.takeAll()) resolve({ value: undefined, done: true });
  }
}
