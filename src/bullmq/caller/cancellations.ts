/** Caller side: takes canceled items out of the queue, or tells their host. Repeats it until they are gone. */
import type { Queue } from 'bullmq';
import type { RedisUses } from '../wire/redis-uses';

export class Cancellations {
  readonly #queue: Queue;
  readonly #uses: RedisUses;
  /** Jobs that a host had when they were canceled. */
  readonly #told = new Set<string>();
  #last: Promise<unknown> = Promise.resolve();

  constructor(queue: Queue, uses: RedisUses) {
    this.#queue = queue;
    this.#uses = uses;
  }

  /** Cancels a whole job. Resolves with whether no host had begun it. */
  async cancel(job: string): Promise<boolean> {
    const canceled = this.#cancel(job);
    this.#last = Promise.all([this.#last, canceled]).catch(() => {});
    return canceled;
  }

  /** Cancels one item of a job that has others. */
  cancelItem(job: string, item: number): void {
    this.#last = Promise.all([this.#last, this.#uses.tell(['cancel', job, item])]).catch(() => {});
  }

  /** Tells hosts again, as what a caller publishes is lost if a host is not connected. */
  async repeat(): Promise<void> {
    await Promise.all([...this.#told].map(job => this.#cancel(job)));
  }

  /** Resolves when all that was canceled so far is out of the queue, or its host was told. */
  get done(): Promise<unknown> {
    return this.#last;
  }

  async #cancel(job: string): Promise<boolean> {
    // A job that a host works on is locked, and is not removed: 0. So is one that is gone: then it is 1.
    if ((await this.#queue.remove(job)) === 1) {
      this.#told.delete(job);
      await this.#uses.deleteBody(job);
      return true;
    }
    this.#told.add(job);
    await this.#uses.tell(['cancel', job]);
    return false;
  }
}
