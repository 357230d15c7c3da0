/** Parent side: a line of things that wait, in which some come back to the front. Pure. */
export class Line<T> {
  #items: (T | undefined)[] = [];
  #head = 0;

  get length(): number {
    return this.#items.length - this.#head;
  }

  get first(): T | undefined {
    return this.#items[this.#head];
  }

  push(item: T): void {
    this.#items.push(item);
  }

  shift(): T | undefined {
    if (this.#head === this.#items.length) return undefined;
    const item = this.#items[this.#head];
    this.#items[this.#head++] = undefined;
    // What is past takes no more room than what waits.
    if (this.#head > 1024 && this.#head * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    return item;
  }

  /** To the front, in their order. */
  putBack(items: readonly T[]): void {
    this.#items = [...items, ...this.#items.slice(this.#head)];
    this.#head = 0;
  }

  /** Takes out those that `isUnwanted` names. */
  remove(isUnwanted: (item: T) => boolean): T[] {
    const all = this.#items.slice(this.#head) as T[];
    const removed = all.filter(isUnwanted);
    if (removed.length > 0) {
      this.#items = all.filter(item => !isUnwanted(item));
      this.#head = 0;
    }
    return removed;
  }
}
