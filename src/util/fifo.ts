/** Both sides: first in, first out, however many wait; some may come back to the front. */
/** How many that are gone are left where they were. */
const FEW = 1024;

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

  get first(): T | undefined {
    return this.#values[this.#at];
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
    if (this.#at > FEW && this.#at * 2 > this.#values.length) this.#fill(this.#values.slice(this.#at));
    return value;
  }

  /** All that waits, oldest first; none waits any longer. */
  takeAll(): T[] {
    const rest = this.#values.slice(this.#at);
    this.#fill([]);
    return rest;
  }

  /** To the front, in their order. */
  putBack(values: readonly T[]): void {
    this.#fill([...values, ...this.#values.slice(this.#at)]);
  }

  /** Takes out those that `isUnwanted` names. */
  remove(isUnwanted: (value: T) => boolean): T[] {
    const all = this.#values.slice(this.#at);
    const removed: T[] = [];
    const rest: T[] = [];
    for (const value of all) (isUnwanted(value) ? removed : rest).push(value);
    if (removed.length > 0) this.#fill(rest);
    return removed;
  }

  #fill(values: T[]): void {
    this.#values = values;
    this.#at = 0;
  }
}
