/** Parent side: prints the failure of a child that nobody handled. */
import { isRemoteError, isSubprocessError, type SubprocessError } from '../errors';
import { attempt, safeText } from '../safely';
import { say } from './say';

/** Once, on stderr, with the child's stack. */
export function reportFailure(error: SubprocessError): void {
  say(`offspring-rx: a failure that nobody handled (with result(), result$ or ready$)\n${told(error)}\n`);
}

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
