/** Parent side: whether a worker is started again after one could not start, and when. */
import type { ExitStatus } from '../index';

/** Signals that somebody else sends; a module that crashes while it loads dies of others. */
const FROM_OUTSIDE = new Set(['SIGKILL', 'SIGTERM', 'SIGINT', 'SIGHUP']);
/** How often a start may be ended from outside, one after the other. */
const MOST = 5;
/** ms before the next start, twice as long after each failure. */
const FIRST_DELAY = 100;
const LONGEST_DELAY = 5_000;

export class Restarts {
  #failures = 0;
  #timer: NodeJS.Timeout | undefined;

  /** Whether a worker may be started now. */
  get isFree(): boolean {
    return this.#timer === undefined;
  }

  succeeded(): void {
    this.#failures = 0;
  }

  /** False where it would fail the same way again; else `go` is called when it is time. */
  mayTryAgain(exit: ExitStatus, hasOthers: boolean, go: () => void): boolean {
    this.#failures += 1;
    const fromOutside =
      exit.reason === 'stopped' || (exit.signal !== null && FROM_OUTSIDE.has(exit.signal) && !exit.forced);
    if (!hasOthers && !(fromOutside && this.#failures < MOST)) {
      this.#failures = 0;
      return false;
    }
    // One killed from outside says nothing of the next.
    if (fromOutside) return true;
    const delay = Math.min(FIRST_DELAY * 2 ** (this.#failures - 1), LONGEST_DELAY);
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      go();
    }, delay);
    return true;
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
