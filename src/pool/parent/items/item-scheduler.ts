/** Parent side: what `run()` and `map()` need of what their items go to: the scheduler of a pool, or a queue. */
import type { StateError } from '../../../index';
import type { Job } from './job';

export interface ItemScheduler {
  /** The name of the class of the workers. */
  readonly name: string;
  /** How many items it should have so that no worker has to wait. */
  readonly window: number;
  /** Whether it takes no more items. */
  readonly isShutDown: boolean;
  readonly queue: {
    /** How many more items may be added. */
    readonly room: number;
    /** Calls `callback` once, as soon as there is room. */
    whenRoom(callback: () => void): void;
  };
  /** @throws StateError if it only finishes what it was given */
  mustTakeItems(): void;
  /** Adds an item. @throws StateError if it was shut down or is full; `advice` says in the message what to do */
  add(job: Job, advice: string): void;
  /** Rejects an item with `reason`. */
  cancel(job: Job, reason: unknown): void;
  /** Rejects with `reason` all items that `isCanceled` is true for. */
  cancelAll(isCanceled: (job: Job) => boolean, reason: unknown): void;
  /** Calls `callback` when it is shut down, or at once if it was. Returns a function that cancels the call. */
  whenShutDown(callback: (error: StateError) => void): () => void;
}
