/** Parent side: the outputs of a `map`, taken one by one. */
import { Fifo } from '../../../util/fifo';
import type { MapRun, Outlet } from './map-run';

type Result = IteratorResult<unknown, undefined>;

interface Caller {
  resolve(result: Result): void;
  reject(error: unknown): void;
}

/** How many outputs are taken before more items are looked for. */
const TAKEN = 64;

export class OutputIterator implements AsyncIterableIterator<unknown, undefined> {
  readonly #begin: (outlet: Outlet) => MapRun;
  readonly #outputs = new Fifo<unknown>();
  readonly #callers = new Fifo<Caller>();
  #run: MapRun | undefined;
  #isOver = false;
  #failure: { error: unknown } | undefined;

  /** `begin` is called when the first output is asked for. */
  constructor(begin: (outlet: Outlet) => MapRun) {
    this.#begin = begin;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<Result> {
    if (!this.#run && !this.#isOver) this.#run = this.#begin(this.#outlet());
    if (this.#outputs.length > 0) {
      const value = this.#outputs.shift();
      if (this.#outputs.length % TAKEN === 0) this.#run?.taken();
      return Promise.resolve({ value, done: false });
    }
    if (this.#failure) return this.#fail(this.#failure);
    if (this.#isOver) return Promise.resolve({ value: undefined, done: true });
    return new Promise((resolve, reject) => this.#callers.push({ resolve, reject }));
  }

  /** A `for await` was left: no more items are taken. */
  async return(): Promise<Result> {
    this.#isOver = true;
    this.#run?.stop();
    this.#finish();
    return { value: undefined, done: true };
  }

  #outlet(): Outlet {
    const outputs = this.#outputs;
    return {
      get waiting() {
        return outputs.length;
      },
      next: value => {
        const caller = this.#callers.shift();
        if (caller) caller.resolve({ value, done: false });
        else outputs.push(value);
      },
      error: error => {
        const caller = this.#callers.shift();
        if (caller) caller.reject(error);
        else this.#failure = { error };
        this.#isOver = true;
        this.#finish();
      },
      complete: () => {
        this.#isOver = true;
        this.#finish();
      },
    };
  }

  /** Told once; the end follows. */
  #fail({ error }: { error: unknown }): Promise<never> {
    this.#failure = undefined;
    return Promise.reject(error);
  }

  #finish(): void {
    for (let caller = this.#callers.shift(); caller; caller = this.#callers.shift()) {
      caller.resolve({ value: undefined, done: true });
    }
  }
}
