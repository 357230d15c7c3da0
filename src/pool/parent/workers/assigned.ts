/** Parent side: the items that a worker has, in the order in which it answers them. Pure. */

import type { Region } from '../../wire/messages';
import type { Job } from '../items/job';

/** Items that were sent together. */
export interface Batch {
  readonly jobs: readonly Job[];
  readonly region: Region;
  /** How many of the items are answered: the first ones. */
  answered: number;
}

export class Assigned {
  readonly #batches: Batch[] = [];

  get batchCount(): number {
    return this.#batches.length;
  }

  get itemCount(): number {
    return this.#batches.reduce((sum, { jobs, answered }) => sum + jobs.length - answered, 0);
  }

  /** The item that the worker works on, or is about to. */
  get head(): Job | undefined {
    const batch = this.#batches[0];
    return batch?.jobs[batch.answered];
  }

  /** Adds a batch, with the region that no other batch has. */
  add(jobs: readonly Job[]): Batch {
    const isFirstRegionUsed = this.#batches.some(({ region }) => region === 0);
    const batch: Batch = { jobs, region: isFirstRegionUsed ? 1 : 0, answered: 0 };
    this.#batches.push(batch);
    for (const job of jobs) job.isAssigned = true;
    return batch;
  }

  /** The worker has answered the head. Removes and returns it. */
  shift(): Job | undefined {
    const batch = this.#batches[0];
    const job = batch?.jobs[batch.answered];
    if (!batch || !job) return undefined;
    batch.answered += 1;
    if (batch.answered === batch.jobs.length) this.#batches.shift();
    job.isAssigned = false;
    return job;
  }

  /** Removes a batch that could not be sent. False if it was removed before. */
  remove(batch: Batch): boolean {
    const index = this.#batches.indexOf(batch);
    if (index < 0) return false;
    this.#batches.splice(index, 1);
    for (const job of batch.jobs) job.isAssigned = false;
    return true;
  }

  *jobs(): Generator<Job> {
    for (const { jobs, answered } of this.#batches) yield* jobs.slice(answered);
  }

  /**
   * Removes all items, since the worker has exited. Those of the first batch are `begun`: the worker was working on one
   * of them. The others are `untouched`, since a worker answers a batch before it begins the next. If it `hasStopped`,
   * it had answered all items that it began, so all are untouched.
   */
  takeBack(hasStopped: boolean): { begun: Job[]; untouched: Job[] } {
    for (const job of this.jobs()) job.isAssigned = false;
    const [first = [], ...later] = this.#batches.splice(0).map(({ jobs, answered }) => jobs.slice(answered));
    if (hasStopped) return { begun: [], untouched: [...first, ...later.flat()] };
    return { begun: first, untouched: later.flat() };
  }
}
