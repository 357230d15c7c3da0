/** Parent side: a queue that gives values of a higher priority first, and those of one priority in their order. */
import { Fifo } from '../../../util/fifo';

interface Level<T> {
  readonly priority: number;
  readonly values: Fifo<T>;
}

export class PriorityFifo<T extends { readonly priority: number }> {
  /** The values of priority 0, which most have. */
  readonly #usual = new Fifo<T>();
  /** All levels, the highest priority first; none while all values have priority 0. */
  #levels: Level<T>[] = [];

  get length(): number {
    if (this.#levels.length === 0) return this.#usual.length;
    return this.#levels.reduce((sum, { values }) => sum + values.length, 0);
  }

  get first(): T | undefined {
    return this.#levels.length === 0 ? this.#usual.first : this.#levels[0]?.values.first;
  }

  push(value: T): void {
    if (value.priority === 0 && this.#levels.length === 0) this.#usual.push(value);
    else this.#levelOf(value.priority).push(value);
  }

  shift(): T | undefined {
    if (this.#levels.length === 0) return this.#usual.shift();
    const value = this.#levels[0]?.values.shift();
    this.#dropEmpty();
    return value;
  }

  /** Inserts the values in front of those of the same priority, in their order. */
  putBack(values: readonly T[]): void {
    for (const priority of new Set(values.map(each => each.priority))) {
      this.#levelOf(priority).putBack(values.filter(each => each.priority === priority));
    }
    this.#dropEmpty();
  }

  /** Removes the values for which `isUnwanted` is true, and returns them. */
  remove(isUnwanted: (value: T) => boolean): T[] {
    if (this.#levels.length === 0) return this.#usual.remove(isUnwanted);
    const removed = this.#levels.flatMap(({ values }) => values.remove(isUnwanted));
    this.#dropEmpty();
    return removed;
  }

  #levelOf(priority: number): Fifo<T> {
    if (this.#levels.length === 0) this.#levels = [{ priority: 0, values: this.#usual }];
    const index = this.#levels.findIndex(level => level.priority <= priority);
    const found = this.#levels[index];
    if (found?.priority === priority) return found.values;
    const level = { priority, values: new Fifo<T>() };
    this.#levels.splice(index < 0 ? this.#levels.length : index, 0, level);
    this.#dropEmpty(level);
    return level.values;
  }

  /** Removes the levels that are empty, bar `kept`. If only that of priority 0 is left, there are none. */
  #dropEmpty(kept?: Level<T>): void {
    const levels = this.#levels.filter(level => level.values.length > 0 || level === kept);
    const isUsual = levels.every(({ values }) => values === this.#usual);
    this.#levels = isUsual ? [] : levels;
  }
}
