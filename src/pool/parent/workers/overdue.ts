/** Parent side: finds out which item of a worker takes too long or does not end, and has it rejected, or its worker replaced. */
import type { StopReason } from '../items/blame';
import { timeoutError } from '../items/explain';
import type { FailedItem, Job } from '../items/job';
import type { TakeBack } from './take-back';

/** What an Overdue needs of its worker. */
export interface OverdueWorker {
  readonly name: string;
  readonly pid: number | null;
  readonly head: Job | undefined;
  readonly headSince: number;
  readonly itemCount: number;
}

export interface OverdueConfig {
  /** ms for an item. */
  timeout: number;
  /** ms that the work on an item may go on after it was canceled or rejected. */
  cancelGrace: number;
  takeBack: TakeBack;
  /** Whether the work on the head has to end at once. */
  isOver(): boolean;
  /** This item has taken too long. Its work has the grace to end. */
  onLate(failed: FailedItem): void;
  /** The work on the head was over in the meantime, or need not end yet. */
  onDone(): void;
  /**
   * The worker has to be replaced. `failed` is the item that took too long. It is missing if the item was canceled, or
   * if it is not known which item of a batch it is: then that is found out when the worker has exited.
   */
  onOverdue(reason: StopReason, failed?: FailedItem): void;
}

export class Overdue {
  readonly #worker: OverdueWorker;
  readonly #config: OverdueConfig;

  constructor(worker: OverdueWorker, config: OverdueConfig) {
    this.#worker = worker;
    this.#config = config;
  }

  /** The time of the head is over. If it is one of several items, the worker first gives back the others. */
  end(reason: StopReason): void {
    const { itemCount, head, headSince } = this.#worker;
    if (itemCount === 1) return this.#end(reason, head);
    this.#config.takeBack.request(isKnown => {
      const worker = this.#worker;
      const current = isKnown ? worker.head : undefined;
      const hasAnswered = worker.headSince !== headSince || worker.itemCount === 0;
      const isOther = reason === 'canceled' && current !== undefined && !current.settled;
      const isEarly = reason === 'canceled' && !this.#config.isOver();
      if (hasAnswered || isOther || isEarly) this.#config.onDone();
      else this.#end(reason, current);
    });
  }

  #end(reason: StopReason, job: Job | undefined): void {
    const { timeout, cancelGrace, onLate, onOverdue } = this.#config;
    if (reason === 'canceled' || !job || job.settled) return onOverdue(reason);
    const { name, pid } = this.#worker;
    const failed = { job, reason: timeoutError(name, pid, timeout) };
    if (cancelGrace > 0) onLate(failed);
    else onOverdue(reason, failed);
  }
}
