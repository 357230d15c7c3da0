/** Parent side: the items that a worker has, in the order in which it answers them. Pure. */

import type { Region } from '../../wire/messages';
import type { Job } from '../items/job';

/** Items that travel together; those before `at` are answered. */
export interface Batch {
  readonly jobs: readonly Job[];
  readonly region: Region;
  at: number;
}

export class Assigned {
  readonly #batches: Batch[] = [];

  get batches(): number {
    return this.#batches.length;
  }

  get items(): number {
    return this.#batches.reduce((items, { jobs, at }) => items + jobs.length - at, 0);
  }

  /** The one that is worked on, or about to be. */
  get head(): Job | undefined {
    const batch = this.#batches[0];
    return batch?.jobs[batch.at];
  }

  add(jobs: readonly Job[]): Batch {
    const isTaken = this.#batches.some(({ region }) => region === 0);
    const batch: Batch = { jobs, region: isTaken ? 1 : 0, at: 0 };
    this.#batches.push(batch);
    for (const job of jobs) job.isOut = true;
    return batch;
  }

  /** The head is answered; gives it. */
  advance(): Job | undefined {
    const batch = this.#batches[0];
    const job = batch?.jobs[batch.at];
    if (!batch || !job) return undefined;
    batch.at += 1;
    if (batch.at === batch.jobs.length) this.#batches.shift();
    job.isOut = false;
    return job;
  }

  /** A batch that did not leave. False where it is gone meanwhile. */
  remove(batch: Batch): boolean {
    const index = this.#batches.indexOf(batch);
    if (index < 0) return false;
    this.#batches.splice(index, 1);
    for (const job of batch.jobs) job.isOut = false;
    return true;
  }

  *jobs(): Generator<Job> {
    for (const { jobs, at } of this.#batches) yield* jobs.slice(at);
  }

  /**
   * All of them, where the worker has ended: `begun`, among which is the one that it was working on; and those that it
   * has not touched, since it answers a batch before it begins the next, and all before it is through.
   */
  takeBack(isThrough: boolean): { begun: Job[]; untouched: Job[] } {
    for (const job of this.jobs()) job.isOut = false;
    const [first, ...later] = this.#batches.splice(0).map(({ jobs, at }) => jobs.slice(at));
    const untouched = later.flat();
    if (!first) return { begun: [], untouched };
    return isThrough ? { begun: [], untouched: [...first, ...untouched] } : { begun: first, untouched };
  }
}
