/** Both sides: the error of an item whose work took too long. */
import { isSubprocessError, SubprocessError } from '../index';

/**
 * The work on an item took longer than the `timeout` of its pool. `pid` is that of its worker. What to do: let the work
 * end when its `signal` aborts, hand in smaller items, or raise `timeout`.
 */
export class TimeoutError extends SubprocessError {
  /** Milliseconds: the limit. */
  readonly timeout: number;

  constructor(message: string, timeout: number, context: { subprocess: string; pid: number | null }) {
    super(message, context);
    this.timeout = timeout;
  }
}

/** All copies of the package share this brand, as they share those of its other errors. */
const BRAND = Symbol.for('offspring-rx.error');
const name = 'TimeoutError';
Object.defineProperty(TimeoutError.prototype, 'name', { value: name, configurable: true, writable: true });
Object.defineProperty(TimeoutError.prototype, BRAND, { value: name });

/** True for a TimeoutError, also for one of another copy of the package. */
export const isTimeoutError = (error: unknown): error is TimeoutError =>
  isSubprocessError(error) && (error as { [BRAND]?: unknown })[BRAND] === name;
