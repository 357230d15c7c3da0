/** Parent side: what a pool wants to know of its workers. */
import type { ExitStatus } from '../../../index';
import type { Job } from '../items/job';
import type { WorkerHandle } from './worker-handle';

export interface WorkerEvents {
  ready(worker: WorkerHandle): void;
  /** An item's work is over, after so many ms of it; `failure` where it failed. */
  settled(job: Job, time: number, when: number, failure?: { reason: unknown }): void;
  /** A message of answers is through: of so many items, with the sums of their ms and of the squares. */
  heard(worker: WorkerHandle, count: number, sum: number, squares: number): void;
  /** These items have to travel again. */
  returned(jobs: Job[]): void;
  /** This process shuts its children down. */
  stopped(): void;
  /** It has had no item for as long as it may. */
  idle(worker: WorkerHandle): void;
  gone(worker: WorkerHandle, exit: ExitStatus): void;
}
