/** Parent side: finds out which item of a worker takes too long or was canceled, and has the worker replaced. */
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
  takeBack: TakeBack;
  /** The work on the head was over in the meantime. */
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

  /** The work on the head has to end. If it is one of several items, the worker first gives back the others. */
  end(reason: StopReason): void {
    const { itemCount, head, headSince } = this.#worker;
    if (itemCount === 1) return this.#replace(reason, head);
    this.#config.takeBack.request(isKnown => {
      const worker = this.#worker;
      const current = isKnown ? worker.head : undefined;
      const hasAnswered = worker.headSince !== headSince || worker.itemCount === 0;
      const isOther = reason === 'canceled' && current !== undefined && !current.settled;
      if (hasAnswered || isOther) this.#config.onDone();
      else this.#replace(reason, current);
    });
  }

  #replace(reason: StopReason, job: Job | undefined): void {
    if (reason === 'canceled' || !job || job.settled) return this.#config.onOverdue(reason);
    const { name, pid } = this.#worker;
    this.#config.onOverdue(reason, { job, reason: timeoutError(name, pid, this.#config.timeout) });
  }
}
