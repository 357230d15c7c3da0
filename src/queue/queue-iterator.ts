/** Both sides: an async iterator over the values of a queue. */
import type { Observer } from 'rxjs';
import { Fifo } from '../util/fifo';

export interface IteratorSource<T> {
  /** Called at the first `next()`, which rejects with what this throws. */
  begin?(): void;
  /** Called for each value that the iterator has returned, at the `next()` that follows. */
  consumed(): void;
  /** Called once after `begin`, when the queue has ended or the loop was left. */
  end?(): void;
  /** Passes values to `observer` from now on: first, at once, those that wait. */
  subscribe(observer: Observer<T>): void;
  /** Called before `end`. `unread`: values that were passed to `observer` and that no `next()` has returned. */
  unsubscribe(observer: Observer<T>, unread: T[]): void;
}

type Result<T> = IteratorResult<T, undefined>;

/** A `next()` that waits for a value. */
interface Caller<T> {
  resolve(result: Result<T>): void;
  reject(error: unknown): void;
}

/** Not an async generator: its `return()` would wait for a pending `next()`, which may never settle. */
export class QueueIterator<T> implements AsyncIterableIterator<T, undefined> {
  readonly #source: IteratorSource<T>;
  readonly #callers = new Fifo<Caller<T>>();
  readonly #values = new Fifo<T>();
  /** Subscribed to the source; undefined before the first `next()` and after the end. */
  #listener: Observer<T> | undefined;
  /** Values that were returned and not yet reported as consumed. */
  #given = 0;
  #isOver = false;
  #failure: { error: unknown } | undefined;

  constructor(source: IteratorSource<T>) {
    this.#source = source;
  }

  /** How many values have arrived and are unread. */
  get waiting(): number {
    return this.#values.length;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<Result<T>> {
    if (!this.#listener && !this.#isOver) this.#begin();
    for (; this.#given > 0; this.#given--) this.#source.consumed();
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

  /** Ends the iteration. Each `next()` that waits resolves as done. */
  async return(): Promise<Result<T>> {
    this.#isOver = true;
    this.#finish();
    return { value: undefined, done: true };
  }

  /** Ends the iteration with an error. The values that are unread are dropped. */
  abort(error: unknown): void {
    if (!this.#listener) return;
    this.#values.takeAll();
    this.#failure = { error };
    this.#onEnd();
  }

  #begin(): void {
    this.#source.begin?.();
    this.#listener = {
      next: value => this.#onValue(value),
      error: error => {
        if (this.#isOver) return;
        this.#failure = { error };
        this.#onEnd();
      },
      complete: () => this.#onEnd(),
    };
    this.#source.subscribe(this.#listener);
  }

  #onValue(value: T): void {
    // An observer that got the same value earlier may have called `return()`.
    if (this.#isOver) return;
    const caller = this.#callers.shift();
    if (!caller) return this.#values.push(value);
    this.#given += 1;
    caller.resolve({ value, done: false });
  }

  #onEnd(): void {
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
      this.#source.unsubscribe(listener, this.#values.takeAll());
      this.#source.end?.();
    }
    for (const { resolve } of this.#callers.takeAll()) resolve({ value: undefined, done: true });
  }
}
