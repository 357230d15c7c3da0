/** Keeps account of promises and streams: each has to settle, once. */
import type { Observable } from 'rxjs';

export interface Entry {
  name: string;
  /** Values that a stream emitted, or the one that a promise gave; large ones are the caller's not to keep. */
  values: unknown[];
  /** How often it settled. */
  ends: number;
  /** What it errored or was rejected with. */
  error?: unknown;
}

export class Ledger {
  readonly #entries: Entry[] = [];
  readonly #onEnd: () => void;

  /** `onEnd` is called whenever something settles. */
  constructor(onEnd: () => void = () => {}) {
    this.#onEnd = onEnd;
  }

  promise(name: string, promise: PromiseLike<unknown>): Entry {
    const entry = this.#open(name);
    promise.then(
      value => {
        entry.values.push(value);
        this.#close(entry);
      },
      error => {
        entry.error = error;
        this.#close(entry);
      },
    );
    return entry;
  }

  /** `use` is called with each value in place of keeping it. */
  stream<T>(name: string, source$: Observable<T>, use?: (value: T) => void): Entry {
    const entry = this.#open(name);
    source$.subscribe({
      next(value) {
        if (entry.ends > 0) entry.ends += 1;
        if (use) use(value);
        else entry.values.push(value);
      },
      error: error => {
        entry.error = error;
        this.#close(entry);
      },
      complete: () => this.#close(entry),
    });
    return entry;
  }

  get settled(): boolean {
    return this.#entries.every(({ ends }) => ends > 0);
  }

  /** What did not settle exactly once. */
  problems(): string[] {
    return this.#entries
      .filter(({ ends }) => ends !== 1)
      .map(({ name, ends }) => (ends === 0 ? `${name} has not settled` : `${name} settled ${ends} times`));
  }

  #open(name: string): Entry {
    const entry: Entry = { name, values: [], ends: 0 };
    this.#entries.push(entry);
    return entry;
  }

  #close(entry: Entry): void {
    entry.ends += 1;
    this.#onEnd();
  }
}
