/** Parent side: decides whether another worker is started after one could not start, and when. */

import type { ExitStatus } from '../../../index';
import { now } from '../../../util/clock';
import { clearTimeout, setTimeout } from '../../../util/timers';
import type { WorkerHandle } from './worker-handle';

/** Signals that somebody else sends. A module that crashes while it loads ends by other signals. */
const EXTERNAL_SIGNALS = new Set(['SIGKILL', 'SIGTERM', 'SIGINT', 'SIGHUP']);
/**
 * If somebody kills workers while they start, and no other worker is ready, the pool gives up after this many failures
 * in a row, but not before this many ms.
 */
const MAX_FAILURES = 5;
const MAX_FAILING_TIME = 10_000;
/** ms before the next start after one that failed by itself. Doubles with each failure, up to the maximum. */
const FIRST_RETRY_DELAY = 100;
const MAX_RETRY_DELAY = 5_000;

/** The state of the pool when a worker could not start. */
export interface Situation {
  /** Whether other workers are ready. */
  hasOthers: boolean;
  /** Whether items wait. */
  hasItems: boolean;
  /** Called when another worker may be started after a delay. */
  retry(): void;
}

export class Restarts {
  /** How many starts in a row have failed, and when the first of them did; ms. */
  #failures = 0;
  #firstFailure = 0;
  #isBroken = false;
  #timer: NodeJS.Timeout | undefined;

  /** Whether a worker may be started now. */
  get isAllowed(): boolean {
    return this.#timer === undefined;
  }

  /** Whether the pool has given up on a start, and no worker has started since. */
  get isBroken(): boolean {
    return this.#isBroken;
  }

  succeeded(): void {
    this.#failures = 0;
    this.#isBroken = false;
  }

  /**
   * A worker could not start. Returns the error for the items that wait. Returns undefined if the worker was not needed
   * any more, or if another may be started: now, or when `retry` is called.
   */
  failed(
    worker: WorkerHandle,
    exit: ExitStatus,
    { hasOthers, hasItems, retry }: Situation,
  ): { error: unknown } | undefined {
    const { start } = worker;
    const wasUnneeded = worker.isShutdownCalled && !start.isTimedOut;
    if (wasUnneeded) return undefined;
    if (this.#mayRetry(!start.isTimedOut && isExternal(exit), hasOthers, retry)) {
      worker.markHandled();
      return undefined;
    }
    // The error rejects the items. Or the items were rejected before, when another worker failed in the same way.
    if (hasItems || this.#isBroken) worker.markHandled();
    this.#isBroken = true;
    return { error: start.errorOf(exit) };
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** Whether another worker may be started, now or after a delay. False if it would fail in the same way. */
  #mayRetry(wasExternal: boolean, hasOthers: boolean, retry: () => void): boolean {
    if (this.#failures === 0) this.#firstFailure = now();
    this.#failures += 1;
    const isTooOften = this.#failures >= MAX_FAILURES && now() - this.#firstFailure > MAX_FAILING_TIME;
    if (!hasOthers && (isTooOften || !wasExternal)) {
      this.#failures = 0;
      return false;
    }
    // Somebody has killed this worker, which does not mean that the next one fails. So there is no delay.
    if (wasExternal) return true;
    const delay = Math.min(FIRST_RETRY_DELAY * 2 ** (this.#failures - 1), MAX_RETRY_DELAY);
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      retry();
    }, delay).unref();
    return true;
  }
}

/** Whether somebody other than the pool has ended the worker. */
function isExternal({ reason, signal, forced }: ExitStatus): boolean {
  return reason === 'stopped' || (signal !== null && EXTERNAL_SIGNALS.has(signal) && !forced);
}
