/** Parent side: what a pool is told of its workers. */
import type { ExitStatus } from '../../../index';
import type { Job } from '../items/job';
import type { WorkerHandle } from './worker-handle';

export interface WorkerEvents {
  onReady(worker: WorkerHandle): void;
  /** The work for an item is over, and took `time` ms; `failure` if it failed. */
  onSettled(job: Job, time: number, when: number, failure?: { reason: unknown }): void;
  /** All answers of a message are read: how many items are done, with the sums of their ms and of the squares. */
  onAnswered(worker: WorkerHandle, count: number, sum: number, squares: number): void;
  /** These items have to be given to a worker again. */
  onReturned(jobs: Job[]): void;
  /** Somebody else shuts the worker down: this process, which shuts down all of its children. */
  onParentEnding(): void;
  /** The worker has had no item for as long as it may. */
  onIdle(worker: WorkerHandle): void;
  onExit(worker: WorkerHandle, exit: ExitStatus): void;
}
