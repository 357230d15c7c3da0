/** Parent side: the items that a worker has, in the order in which it answers them. Pure. */

import type { Job } from '../items/job';
import type { SentBatch } from '../shared-memory/worker-memory';

/** Items that were sent together. `first` is the number of the first among all that were given to the worker. */
export interface Batch extends SentBatch {
  /** How many of the items are answered: the first ones. */
  answered: number;
}

/** How many items a worker has in all of its lanes. */
export class Load {
  itemCount = 0;
  /** How many of them have a `batchLimit`. */
  limitedCount = 0;
}

export class Assigned {
  readonly #load: Load;
  readonly #batches: Batch[] = [];
  /** The last item that the worker has begun, if that is known, until another batch is added. */
  #lastBegun: Job | undefined;
  /** How many items were added in all. */
  #addedCount = 0;
  /** How many items the worker has answered in all. */
  answeredCount = 0;

  constructor(load = new Load()) {
    this.#load = load;
  }

  get batchCount(): number {
    return this.#batches.length;
  }

  get itemCount(): number {
    return this.#batches.reduce((sum, { jobs, answered }) => sum + jobs.length - answered, 0);
  }

  /**
   * The item that the worker works on, or is about to. It is the last item begun, if the worker has given back the
   * others. If not, it is the first one that is not answered: items that are done, but not answered, are unknown.
   */
  get head(): Job | undefined {
    return this.#lastBegun ?? this.#first;
  }

  /** The number of the head; -1 if there is none. */
  get headNumber(): number {
    const batch = this.#batches[0];
    if (this.#lastBegun) return this.numberOf(this.#lastBegun);
    return batch ? batch.first + batch.answered : -1;
  }

  /** The number of an item among all that were added; -1 if it is not here. */
  numberOf(job: Job): number {
    for (const { jobs, first } of this.#batches) {
      const index = jobs.indexOf(job);
      if (index >= 0) return first + index;
    }
    return -1;
  }

  get #first(): Job | undefined {
    const batch = this.#batches[0];
    return batch?.jobs[batch.answered];
  }

  /** Adds a batch, with the region that no other batch has. */
  add(jobs: readonly Job[]): Batch {
    // There is one other batch at most.
    const region = this.#batches[0]?.region === 0 ? 1 : 0;
    const batch: Batch = { jobs, region, first: this.#addedCount, answered: 0 };
    this.#addedCount += jobs.length;
    this.#batches.push(batch);
    this.#lastBegun = undefined;
    for (let at = 0; at < jobs.length; at++) this.#mark(jobs[at] as Job, true);
    return batch;
  }

  /** The worker has answered its first item. Removes and returns it. */
  shift(): Job | undefined {
    const batch = this.#batches[0];
    const job = this.#first;
    if (!batch || !job) return undefined;
    batch.answered += 1;
    this.answeredCount += 1;
    if (job === this.#lastBegun) this.#lastBegun = undefined;
    if (batch.answered === batch.jobs.length) this.#end(this.#batches.shift());
    this.#mark(job, false);
    return job;
  }

  /** Removes a batch that could not be sent. False if it was removed before. */
  remove(batch: Batch): boolean {
    const index = this.#batches.indexOf(batch);
    if (index < 0) return false;
    this.#batches.splice(index, 1);
    this.#end(batch);
    for (const job of batch.jobs) this.#mark(job, false);
    return true;
  }

  *jobs(): Generator<Job> {
    for (const { jobs, answered } of this.#batches) yield* jobs.slice(answered);
  }

  /** Removes and returns all items but the first `begun`, which the worker has begun and not answered. */
  keepBegun(begun: number): Job[] {
    const untouched: Job[] = [];
    let left = begun;
    for (const batch of this.#batches) {
      const kept = Math.min(left, batch.jobs.length - batch.answered);
      left -= kept;
      untouched.push(...batch.jobs.slice(batch.answered + kept));
      batch.jobs = batch.jobs.slice(0, batch.answered + kept);
    }
    const all = this.#batches.splice(0);
    const remaining = all.filter(({ jobs, answered }) => jobs.length > answered);
    this.#batches.push(...remaining);
    for (const batch of all) if (!remaining.includes(batch)) this.#end(batch);
    this.#lastBegun = remaining.at(-1)?.jobs.at(-1);
    for (const job of untouched) this.#mark(job, false);
    return untouched;
  }

  /**
   * Removes all items, since the worker has exited. Those of the first batch are `begun`: the worker was working on one
   * of them. The others are `untouched`, since a worker answers a batch before it begins the next.
   */
  takeAll(): { begun: Job[]; untouched: Job[] } {
    for (const job of this.jobs()) this.#mark(job, false);
    this.#lastBegun = undefined;
    const all = this.#batches.splice(0);
    for (const batch of all) this.#end(batch);
    const [begun = [], ...later] = all.map(({ jobs, answered }) => jobs.slice(answered));
    return { begun, untouched: later.flat() };
  }

  #end(batch: Batch | undefined): void {
    batch?.onEnd?.();
  }

  #mark(job: Job, isAssigned: boolean): void {
    job.isAssigned = isAssigned;
    const change = isAssigned ? 1 : -1;
    this.#load.itemCount += change;
    if (job.batchLimit < Number.POSITIVE_INFINITY) this.#load.limitedCount += change;
  }
}
