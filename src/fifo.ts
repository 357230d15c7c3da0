/** Both sides: first in, first out, however many wait. */

/** An array's own `shift` moves all that is behind; this moves it only once half is gone. */
export class Fifo<T> {
  #values: T[];
  #at = 0;

  constructor(values: T[] = []) {
    this.#values = values;
  }

  get length(): number {
    return this.#values.length - this.#at;
  }

  push(value: T): void {
    this.#values.push(value);
  }

  shift(): T | undefined {
    if (this.length === 0) return undefined;
    const value = this.#values[this.#at];
    // So that what is taken is not kept.
    this.#values[this.#at] = undefined as T;
    this.#at += 1;
    if (this.#at * 2 > this.#values.length) {
      this.#values = this.#values.slice(this.#at);
      this.#at = 0;
    }
    return value;
  }

  /** All that waits, oldest first; none waits any longer. */
  takeAll(): T[] {
    const rest = this.#values.slice(this.#at);
    this.#values = [];
    this.#at = 0;
    return rest;
  }
}
