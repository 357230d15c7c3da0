/** Both sides: a first-in, first-out queue that stays fast when it is long. */

/** Removed values that may stay in the array before it is compacted. */
const MOST_REMOVED = 1024;

/** `Array.shift` moves all values behind the first. This class moves them only once more than half are removed. */
export class Fifo<T> {
  #values: T[];
  /** Index of the first value; those before it are removed. */
  #start = 0;

  constructor(values: T[] = []) {
    this.#values = values;
  }

  get length(): number {
    return this.#values.length - this.#start;
  }

  get first(): T | undefined {
    return this.#values[this.#start];
  }

  push(value: T): void {
    this.#values.push(value);
  }

  shift(): T | undefined {
    if (this.length === 0) return undefined;
    const value = this.#values[this.#start];
    // Lets the garbage collector free the value.
    this.#values[this.#start] = undefined as T;
    this.#start += 1;
    if (this.#start > MOST_REMOVED && this.#start * 2 > this.#values.length) {
      this.#replace(this.#values.slice(this.#start));
    }
    return value;
  }

  /** Removes all values, and returns them in order. */
  takeAll(): T[] {
    const values = this.#values.slice(this.#start);
    this.#replace([]);
    return values;
  }

  /** Inserts the values at the front, in their order. */
  putBack(values: readonly T[]): void {
    this.#replace([...values, ...this.#values.slice(this.#start)]);
  }

  /** Removes the values for which `isUnwanted` is true, and returns them. */
  remove(isUnwanted: (value: T) => boolean): T[] {
    const removed: T[] = [];
    const kept: T[] = [];
    for (const value of this.#values.slice(this.#start)) (isUnwanted(value) ? removed : kept).push(value);
    if (removed.length > 0) this.#replace(kept);
    return removed;
  }

  #replace(values: T[]): void {
    this.#values = values;
    this.#start = 0;
  }
}
