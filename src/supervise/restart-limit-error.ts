/** Parent side: the error of a supervisor that gave up. */
import { isSubprocessError, SubprocessError } from '../index';
import type { Failure } from './events';
import type { Intensity } from './intensity';

/** Children failed more often than `intensity` allows. `history` has the failures that counted, `cause` the last error. */
export class RestartLimitError extends SubprocessError {
  readonly history: readonly Failure[];

  constructor(history: readonly Failure[], { restarts, period }: Intensity) {
    const last = history.at(-1);
    const error = last?.error;
    const subprocess = last?.exit?.subprocess ?? error?.subprocess ?? 'supervisor';
    const names = [...new Set(history.map(({ child }) => child))];
    const which = names.length > 1 ? ` (of ${names.join(', ')})` : '';
    const why =
      error?.message ??
      `an end (${last?.exit?.reason ?? 'all its children were done'}), after which 'always' starts it again`;
    super(
      `${subprocess}: its supervisor gave up, in the parent: ${history.length} failures within ${period} ms${which}, where intensity has restarts: ${restarts}; mend what the last one tells, or raise intensity. The last one: ${why}`,
      { subprocess, pid: last?.exit?.pid ?? error?.pid ?? null, ...(error && { cause: error }) },
    );
    this.history = history;
  }
}

/** Shared with every copy of the package, as the brands of its other errors. */
const BRAND = Symbol.for('offspring-rx.error');
const name = 'RestartLimitError';
Object.defineProperty(RestartLimitError.prototype, 'name', { value: name, configurable: true, writable: true });
Object.defineProperty(RestartLimitError.prototype, BRAND, { value: name });

/** True for a RestartLimitError, also one made by another copy of the package. */
export const isRestartLimitError = (error: unknown): error is RestartLimitError =>
  isSubprocessError(error) && (error as { [BRAND]?: unknown })[BRAND] === name;
