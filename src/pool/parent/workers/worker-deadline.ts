/** Parent side: the time of one worker: ends it where an item takes too long or is no longer wanted, or none comes for long. */
import { LONGEST_TIMER, now } from '../../../util/clock';
import type { Job } from '../items/job';

/** ms that a worker may take with an item that nobody wants any more: one that short is soon done. */
const PATIENCE = 20;

export interface DeadlineOf {
  /** The item that is worked on, and since when; ms. */
  readonly head: Job | undefined;
  readonly headSince: number;
  /** Since when there is none; ms. */
  readonly idleSince: number;
  kill(): void;
}

export interface Limits {
  /** ms for an item. */
  timeout: number;
  /** ms without an item. */
  idleTimeout: number;
  onIdle(): void;
}

export class WorkerDeadline {
  readonly #worker: DeadlineOf;
  readonly #limits: Limits;
  #timer: NodeJS.Timeout | undefined;
  #verdictDue: NodeJS.Immediate | undefined;
  #due = Number.POSITIVE_INFINITY;
  /** Why it ended the worker, if it did. */
  verdict: 'timeout' | 'unwanted' | undefined;

  constructor(worker: DeadlineOf, limits: Limits) {
    this.#worker = worker;
    this.#limits = limits;
  }

  /** Something has changed that may need an earlier look. */
  check(): void {
    const due = this.#dueNow();
    if (due >= this.#due) return;
    this.#wait(due);
  }

  stop(): void {
    clearTimeout(this.#timer);
    clearImmediate(this.#verdictDue);
    this.#due = Number.NEGATIVE_INFINITY;
  }

  #dueNow(): number {
    const { head, headSince, idleSince } = this.#worker;
    const { timeout, idleTimeout } = this.#limits;
    if (!head) return idleSince + idleTimeout;
    return headSince + (head.settled ? PATIENCE : timeout);
  }

  #wait(due: number): void {
    clearTimeout(this.#timer);
    this.#due = due;
    if (due === Number.POSITIVE_INFINITY) return;
    // A timer may be early by a part of a millisecond.
    const delay = Math.min(Math.max(0, Math.ceil(due - now())), LONGEST_TIMER);
    this.#timer = setTimeout(() => this.#look(), delay).unref();
  }

  #look(): void {
    const due = this.#dueNow();
    if (due > now()) return this.#wait(due);
    // Where this process was held up, its timers come before the answers that wait: these first.
    this.#verdictDue = setImmediate(() => this.#judge());
  }

  #judge(): void {
    const due = this.#dueNow();
    if (due > now()) return this.#wait(due);
    this.stop();
    const { head } = this.#worker;
    if (!head) return this.#limits.onIdle();
    this.verdict = head.settled ? 'unwanted' : 'timeout';
    this.#worker.kill();
  }
}
