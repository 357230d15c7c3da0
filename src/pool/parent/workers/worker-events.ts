/** Parent side: the events of a worker that its pool listens to. */
import type { ExitStatus } from '../../../index';
import type { TellingWorker } from '../items/item-watch';
import type { FailedItem, Failure, Job } from '../items/job';
import type { WorkDone } from './read-answers';
import type { WorkerHandle } from './worker-handle';

export interface WorkerEvents {
  /** Whether items wait for a worker. */
  readonly hasWaiting: boolean;
  /** The worker has run `begin`, and takes items. */
  onReady(worker: WorkerHandle): void;
  /** The work on an item is over, at `when`, and took `time`, both in ms. `failure` is set if the item failed. */
  onSettled(job: Job, time: number, when: number, failure?: Failure, worker?: TellingWorker): void;
  /**
   * All answers of a message are read, and the worker may have room for more items. `isDeferred`: no items waited when the
   * answers came, and their callers have gone on since. Items that they have added go to all idle workers, by the dispatch
   * that is due.
   */
  onAnswered(worker: WorkerHandle, done: WorkDone, isDeferred: boolean): void;
  /** The worker may have room for items, although it has done none. */
  onRoom(worker: WorkerHandle): void;
  /** These items were given to the worker, and have to be given to another one. */
  onReturned(jobs: Job[]): void;
  /** The worker has to be replaced: its item takes too long, and fails with the error in `failed`, or was canceled. */
  onOverdue(worker: WorkerHandle, failed?: FailedItem): void;
  /** The work on this item takes too long, and goes on for a while. */
  onLate(failed: FailedItem): void;
  /** The worker has had no item for longer than `idleTimeout`. */
  onIdle(worker: WorkerHandle): void;
  onExit(worker: WorkerHandle, exit: ExitStatus): void;
}
