/** Parent side: the queue of items that wait for a worker. */
import { queueMicrotask } from '../../../util/timers';
import { takeBatch } from './batch';
import type { Job } from './job';
import { PriorityFifo } from './priority-fifo';

export class ItemQueue {
  readonly #jobs = new PriorityFifo<Job>();
  readonly #limit: number;
  /** Called once, as soon as there is room. */
  #roomCallbacks: (() => void)[] = [];
  #isRemovalDue = false;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get length(): number {
    return this.#jobs.length;
  }

  /** The item that is taken next. It may have settled. */
  get first(): Job | undefined {
    return this.#jobs.first;
  }

  /** How many more items may be added. */
  get room(): number {
    return this.#limit - this.#jobs.length;
  }

  push(job: Job): void {
    this.#jobs.push(job);
  }

  /** Takes the next items that are sent together, at most `limit`. */
  takeBatch(limit: number): Job[] {
    const batch = takeBatch(this.#jobs, limit);
    this.#notifyRoom();
    return batch;
  }

  /** Puts items back to the front of those of their priority, also if there is no room for them. */
  putBack(jobs: readonly Job[]): void {
    this.#jobs.putBack(jobs.filter(({ settled }) => !settled));
  }

  /** Removes the items that `isUnwanted` is true for, and returns them. */
  remove(isUnwanted: (job: Job) => boolean): Job[] {
    const removed = this.#jobs.remove(isUnwanted);
    this.#notifyRoom();
    return removed;
  }

  /** Removes the settled items in a microtask: once for all items that one signal cancels. */
  removeSettledSoon(): void {
    if (this.#isRemovalDue) return;
    this.#isRemovalDue = true;
    queueMicrotask(() => {
      this.#isRemovalDue = false;
      this.remove(({ settled }) => settled);
    });
  }

  /** Calls `callback` once, as soon as there is room. It must add items later, and not within the call. */
  whenRoom(callback: () => void): void {
    this.#roomCallbacks.push(callback);
  }

  #notifyRoom(): void {
    if (this.#roomCallbacks.length === 0 || this.room <= 0) return;
    for (const callback of this.#roomCallbacks.splice(0)) callback();
  }
}
