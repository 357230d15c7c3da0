/** Parent side: tells of a supervisor that ended with an error which nobody got. */
import { safeText } from '../util/safely';

/** Also lets this process end with exit code 1, as for a failure of a task that nobody handled. */
export function warnOfEnd(error: unknown): void {
  const message = `a supervisor ended with an error that nobody handled: subscribe to its event$: ${safeText(error)}`;
  process.emitWarning(message, { type: 'SupervisorWarning', code: 'OFFSPRING_GAVE_UP' });
  process.exitCode ??= 1;
}
