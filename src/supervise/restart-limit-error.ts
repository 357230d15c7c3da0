/** Parent side: the error with which a supervisor gives up. */
import { type ExitStatus, isSubprocessError, SubprocessError } from '../index';
import type { Failure } from './events';
import type { Intensity } from './intensity';

/**
 * Children failed more often than `intensity` allows. `history` has the counted failures, `cause` the last error. What to
 * do: fix the cause of the last failure, or raise `intensity`. The supervisor has ended; a new one may be made.
 */
export class RestartLimitError extends SubprocessError {
  readonly history: readonly Failure[];

  constructor(history: readonly Failure[], { restarts, period }: Intensity) {
    const last = history.at(-1);
    const error = last?.error;
    const subprocess = last?.exit?.subprocess ?? error?.subprocess ?? 'supervisor';
    const names = [...new Set(history.map(({ child }) => child))];
    const which = names.length > 1 ? ` (of ${names.join(', ')})` : '';
    const failures = history.length === 1 ? '1 failure' : `${history.length} failures`;
    const why = error?.message ?? whyWithoutError(last?.exit);
    super(
      `${subprocess}: its supervisor gave up, in the parent: ${failures} within ${period} ms${which}, and intensity.restarts is ${restarts}: fix the cause of the last failure, or raise intensity. The last failure: ${why}`,
      { subprocess, pid: last?.exit?.pid ?? error?.pid ?? null, ...(error && { cause: error }) },
    );
    this.history = history;
  }
}

/** Why a child without an error was to be restarted. */
function whyWithoutError(exit: ExitStatus | undefined): string {
  if (exit?.reason === 'stopped' && exit.fromOutside) return 'somebody else stopped it by SIGTERM';
  return `it ended (${exit?.reason ?? 'all its children were done'}), and its restart policy is 'always'`;
}

/** All copies of the package share this brand, as they share those of its other errors. */
const BRAND = Symbol.for('offspring-rx.error');
const name = 'RestartLimitError';
Object.defineProperty(RestartLimitError.prototype, 'name', { value: name, configurable: true, writable: true });
Object.defineProperty(RestartLimitError.prototype, BRAND, { value: name });

/** True for a RestartLimitError, also for one of another copy of the package. */
export const isRestartLimitError = (error: unknown): error is RestartLimitError =>
  isSubprocessError(error) && (error as { [BRAND]?: unknown })[BRAND] === name;
