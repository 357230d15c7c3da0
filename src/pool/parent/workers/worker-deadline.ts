/** Parent side: watches for an item that takes too long or is canceled, and for a worker that has none for too long. */
import { LONGEST_TIMER, now } from '../../../util/clock';
import { clearImmediate, clearTimeout, setImmediate, setTimeout } from '../../../util/timers';
import type { StopReason } from '../items/blame';
import type { Job } from '../items/job';

/** ms that a worker may go on with an item that is canceled without a grace. A short item is done by then. */
const SHORT_ITEM = 20;
/** ms after which a worker is blocked that has not heard of a cancellation. */
const DEAF_TIME = 50;

/** What a WorkerDeadline needs of its worker. */
export interface TimedWorker {
  /** The item that the worker works on, and when that began, ms. */
  readonly head: Job | undefined;
  readonly headSince: number;
  /** Whether the work on the head is known to heed its signal, or not to block. */
  readonly heeds: boolean;
  /** Since when the worker has no items, ms. */
  readonly idleSince: number;
}

export interface Limits {
  /** ms for an item. */
  timeout: number;
  /** ms for the work on an item after it was canceled or rejected; 0: none. */
  cancelGrace: number;
  /** ms without an item. */
  idleTimeout: number;
  /** Called when the work on the head has to end. */
  onOverdue(reason: StopReason): void;
  /** Called when the worker was without an item for so long. */
  onIdle(): void;
}

export class WorkerDeadline {
  readonly #worker: TimedWorker;
  readonly #limits: Limits;
  #timer: NodeJS.Timeout | undefined;
  #immediate: NodeJS.Immediate | undefined;
  /** When the timer fires, ms. */
  #timerDue = Number.POSITIVE_INFINITY;

  constructor(worker: TimedWorker, limits: Limits) {
    this.#worker = worker;
    this.#limits = limits;
  }

  /** Whether the work on the head has to end now. */
  get isOver(): boolean {
    return this.#deadline() <= now();
  }

  /** Goes on after `onOverdue`. */
  resume(): void {
    this.#timerDue = Number.POSITIVE_INFINITY;
    this.check();
  }

  /** Called after each change of the worker's items. Sets the timer again only if it would fire too late. */
  check(): void {
    const deadline = this.#deadline();
    if (deadline >= this.#timerDue) return;
    this.#setTimer(deadline);
  }

  stop(): void {
    clearTimeout(this.#timer);
    clearImmediate(this.#immediate);
    this.#timerDue = Number.NEGATIVE_INFINITY;
  }

  /** When the worker has to be ended as things are now, ms. */
  #deadline(): number {
    const { head, headSince, idleSince } = this.#worker;
    const { timeout, idleTimeout, cancelGrace } = this.#limits;
    if (!head) return idleSince + idleTimeout;
    if (!head.settled) return headSince + timeout;
    if (cancelGrace === 0) return headSince + SHORT_ITEM;
    const grace = this.#worker.heeds ? cancelGrace : Math.min(cancelGrace, DEAF_TIME);
    return Math.max(headSince, head.canceledAt ?? 0) + grace;
  }

  #setTimer(due: number): void {
    clearTimeout(this.#timer);
    this.#timerDue = due;
    if (due === Number.POSITIVE_INFINITY) return;
    // Rounded up, since a timer may fire a part of a millisecond early.
    const delay = Math.min(Math.max(0, Math.ceil(due - now())), LONGEST_TIMER);
    this.#timer = setTimeout(() => this.#onTimer(), delay).unref();
  }

  #onTimer(): void {
    const deadline = this.#deadline();
    if (deadline > now()) return this.#setTimer(deadline);
    // If this process was blocked, its timers fire before it reads the answers that have arrived. It reads them first.
    this.#immediate = setImmediate(() => this.#endIfOverdue());
  }

  #endIfOverdue(): void {
    const deadline = this.#deadline();
    if (deadline > now()) return this.#setTimer(deadline);
    this.stop();
    const { head } = this.#worker;
    if (!head) return this.#limits.onIdle();
    this.#limits.onOverdue(head.settled ? 'canceled' : 'timeout');
  }
}
