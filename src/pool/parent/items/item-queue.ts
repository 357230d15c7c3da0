/** Parent side: the items of a pool that wait for a worker. */
import { Fifo } from '../../../util/fifo';
import { batchOf } from './batch';
import type { Job } from './job';

export class ItemQueue {
  readonly #line = new Fifo<Job>();
  readonly #limit: number;
  /** Who waits for room. */
  #hungry: (() => void)[] = [];
  #sweepDue = false;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get length(): number {
    return this.#line.length;
  }

  /** Items that may wait besides. */
  get room(): number {
    return this.#limit - this.#line.length;
  }

  push(job: Job): void {
    this.#line.push(job);
  }

  /** The next ones to travel together, `most` at the most. */
  take(most: number): Job[] {
    const jobs = batchOf(this.#line, most);
    this.#tellRoom();
    return jobs;
  }

  /** To the front, even where there is no room for them. */
  putBack(jobs: readonly Job[]): void {
    this.#line.putBack(jobs.filter(({ settled }) => !settled));
  }

  /** Takes out those that are given up. */
  remove(isUnwanted: (job: Job) => boolean): Job[] {
    const removed = this.#line.remove(isUnwanted);
    this.#tellRoom();
    return removed;
  }

  /** Takes out those that have settled: once for all that one signal ends. */
  sweepSoon(): void {
    if (this.#sweepDue) return;
    this.#sweepDue = true;
    queueMicrotask(() => {
      this.#sweepDue = false;
      this.remove(({ settled }) => settled);
    });
  }

  /** Calls once, when there is room again; in the middle of `take`, so that `go` hands in later, and not at once. */
  whenRoom(go: () => void): void {
    this.#hungry.push(go);
  }

  #tellRoom(): void {
    if (this.#hungry.length > 0 && this.room > 0) for (const go of this.#hungry.splice(0)) go();
  }
}
