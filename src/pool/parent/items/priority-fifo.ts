/** Parent side: a queue that gives values of a higher priority first, and those of one priority in their order. */
import { Fifo } from '../../../util/fifo';

interface Level<T> {
  readonly priority: number;
  readonly values: Fifo<T>;
}

export class PriorityFifo<T extends { readonly priority: number }> {
  /** The highest priority first. There is one level at least. All but the last may be empty only for a moment. */
  readonly #levels: Level<T>[] = [{ priority: 0, values: new Fifo() }];

  get length(): number {
    if (this.#levels.length === 1) return this.#top.values.length;
    let length = 0;
    for (const { values } of this.#levels) length += values.length;
    return length;
  }

  get first(): T | undefined {
    return this.#top.values.first;
  }

  push(value: T): void {
    this.#levelOf(value.priority).values.push(value);
  }

  shift(): T | undefined {
    const value = this.#top.values.shift();
    this.#dropEmpty();
    return value;
  }

  /** Inserts the values in front of those of the same priority, in their order. */
  putBack(values: readonly T[]): void {
    for (const priority of new Set(values.map(each => each.priority))) {
      this.#levelOf(priority).values.putBack(values.filter(each => each.priority === priority));
    }
  }

  /** Removes the values for which `isUnwanted` is true, and returns them. */
  remove(isUnwanted: (value: T) => boolean): T[] {
    const removed = this.#levels.flatMap(({ values }) => values.remove(isUnwanted));
    this.#dropEmpty();
    return removed;
  }

  get #top(): Level<T> {
    return this.#levels[0] as Level<T>;
  }

  #levelOf(priority: number): Level<T> {
    if (this.#levels.length === 1 && this.#top.priority === priority) return this.#top;
    // An empty level must not stay in front of others.
    if (this.#levels.length === 1 && this.#top.values.length === 0) this.#levels.length = 0;
    const index = this.#levels.findIndex(level => level.priority <= priority);
    const found = this.#levels[index];
    if (found?.priority === priority) return found;
    const level = { priority, values: new Fifo<T>() };
    this.#levels.splice(index < 0 ? this.#levels.length : index, 0, level);
    return level;
  }

  /** Removes empty levels, bar the last one. */
  #dropEmpty(): void {
    if (this.#levels.length === 1) return;
    const kept = this.#levels.filter(({ values }) => values.length > 0);
    if (kept.length === this.#levels.length) return;
    this.#levels.splice(0, this.#levels.length, ...(kept.length > 0 ? kept : [this.#top]));
  }
}
