/** Parent side: prints the failure of a child that nobody handled. */
import { isRemoteError, isSubprocessError, type SubprocessError } from '../../model/errors';
import { attempt, safeText } from '../../util/safely';
import { writeStderr } from './write-stderr';

interface Failure {
  error: SubprocessError;
  isHandled(): boolean;
  /** Whether a loop over messages() has not come to the end, and what follows it may still handle the failure. */
  isLooping(): boolean;
}

/** Those that may still be handled. */
let due: Failure[] = [];
let turn: NodeJS.Immediate | undefined;

/**
 * Prints it on stderr, once, with the child's stack, unless it is handled within a turn of the event loop: who awaits
 * wait(), or loops over messages(), goes on when the child has ended, and may only then ask for the result.
 */
export function reportUnlessHandled(failure: Failure): void {
  if (failure.isHandled()) return;
  if (due.length === 0) process.once('exit', reportDue);
  due.push(failure);
  reportSoon();
}

/** Those that nobody can handle any more, a turn later. */
export function reportSoon(): void {
  if (turn || due.length === 0) return;
  turn = setImmediate(() => {
    turn = undefined;
    reportThose(({ isLooping }) => !isLooping());
  });
}

/** All of them, now: this process ends. */
export function reportDue(): void {
  reportThose(() => true);
}

function reportThose(isOver: (failure: Failure) => boolean): void {
  const over = due.filter(isOver);
  due = due.filter(failure => !over.includes(failure));
  if (due.length === 0) process.off('exit', reportDue);
  for (const { error, isHandled } of over) if (!isHandled()) report(error);
}

const report = (error: SubprocessError) =>
  writeStderr(`offspring-rx: a failure that nobody handled (with result(), result$ or ready$)\n${told(error)}\n`);

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
