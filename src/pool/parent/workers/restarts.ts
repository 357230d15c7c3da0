/** Parent side: whether a worker is started again after one could not start, and when. */

import type { ExitStatus } from '../../../index';
import { now } from '../../../util/clock';
import type { WorkerHandle } from './worker-handle';

/** Signals that somebody else sends; a module that crashes while it loads dies of others. */
const FROM_OUTSIDE = new Set(['SIGKILL', 'SIGTERM', 'SIGINT', 'SIGHUP']);
/** How often, and for how many ms, starts may be ended from outside, one after the other. */
const MOST = 5;
const LONGEST = 10_000;
/** ms before the next start after one that failed by itself, twice as long after each. */
const FIRST_DELAY = 100;
const LONGEST_DELAY = 5_000;

/** How the pool stands when a worker could not start. */
export interface Situation {
  /** Whether others have started. */
  hasOthers: boolean;
  /** Whether items wait. */
  hasItems: boolean;
  /** Called when another may be started. */
  go(): void;
}

export class Restarts {
  #failures = 0;
  #isBroken = false;
  /** When the first of them was; ms. */
  #since = 0;
  #timer: NodeJS.Timeout | undefined;

  /** Whether a worker may be started now. */
  get isFree(): boolean {
    return this.#timer === undefined;
  }

  /** Whether workers could not start of late. */
  get isBroken(): boolean {
    return this.#isBroken;
  }

  succeeded(): void {
    this.#failures = 0;
    this.#isBroken = false;
  }

  /** A worker could not start. The error for what waits, unless it was not needed, or another start follows: then `go` is called. */
  failed(
    worker: WorkerHandle,
    exit: ExitStatus,
    { hasOthers, hasItems, go }: Situation,
  ): { error: unknown } | undefined {
    const { start } = worker;
    // It was no longer needed.
    if (worker.isEndAsked && !start.isLate) return undefined;
    if (this.#mayTryAgain(!start.isLate && isFromOutside(exit), hasOthers, go)) {
      worker.markHandled();
      return undefined;
    }
    // One of several that fail in the same way; the items were told.
    if (hasItems || this.#isBroken) worker.markHandled();
    this.#isBroken = true;
    return { error: start.errorOf(exit) };
  }

  /** False where it would fail the same way again; else `go` is called when it is time. */
  #mayTryAgain(fromOutside: boolean, hasOthers: boolean, go: () => void): boolean {
    if (this.#failures === 0) this.#since = now();
    this.#failures += 1;
    const isLast = this.#failures >= MOST && now() - this.#since > LONGEST;
    if (!hasOthers && (isLast || !fromOutside)) {
      this.#failures = 0;
      return false;
    }
    // One that was killed says nothing of the next.
    if (fromOutside) return true;
    const delay = Math.min(FIRST_DELAY * 2 ** (this.#failures - 1), LONGEST_DELAY);
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      go();
    }, delay).unref();
    return true;
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}

/** Whether somebody else has ended it. */
function isFromOutside({ reason, signal, forced }: ExitStatus): boolean {
  return reason === 'stopped' || (signal !== null && FROM_OUTSIDE.has(signal) && !forced);
}
