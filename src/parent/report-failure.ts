/** Parent side: prints the failure of a child that nobody handled. */
import { isRemoteError, isSubprocessError, type SubprocessError } from '../errors';
import { attempt, safeText } from '../safely';
import { say } from './say';

interface Failure {
  error: SubprocessError;
  isHandled(): boolean;
}

/** Those that may still be handled. */
let due: Failure[] = [];

/**
 * Prints it on stderr, once, with the child's stack, unless it is handled within a turn of the event loop: who awaits
 * wait(), or loops over messages(), goes on when the child has ended, and may only then ask for the result.
 */
export function reportUnlessHandled(failure: Failure): void {
  due.push(failure);
  if (due.length > 1) return;
  setImmediate(reportDue);
  process.once('exit', reportDue);
}

function reportDue(): void {
  process.off('exit', reportDue);
  const failures = due;
  due = [];
  for (const { error, isHandled } of failures) if (!isHandled()) report(error);
}

const report = (error: SubprocessError) =>
  say(`offspring-rx: a failure that nobody handled (with result(), result$ or ready$)\n${told(error)}\n`);

const DEEPEST_CAUSE = 16;

function told(error: unknown, depth = 0): string {
  if (!(error instanceof Error)) return safeText(error);
  // The stack of our own errors only shows this library; a RemoteError's is the child's.
  const ours = isSubprocessError(error) && !isRemoteError(error);
  const text = ours ? `${error.name}: ${error.message}` : safeText(attempt(() => error.stack) ?? error);
  const cause = attempt(() => error.cause);
  const several =
    isRemoteError(error) && error.errors ? error.errors.map(each => `\n  of: ${each.message}`).join('') : '';
  return cause === undefined || depth === DEEPEST_CAUSE
    ? `${text}${several}`
    : `${text}${several}\ncaused by: ${told(cause, depth + 1)}`;
}
