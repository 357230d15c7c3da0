/** Parent side: prints the failure of a child that nobody handled. */
import { isRemoteError, isSubprocessError, type SubprocessError } from '../../model/errors';
import { attempt, safeText } from '../../util/safely';
import { writeStderr } from './write-stderr';

/** Who may still handle the failure of an instance. */
export interface FailureHandlers {
  isFailureHandled(): boolean;
  /** Whether a loop over `messages()` is under way. What follows the loop may still ask for the result. */
  readonly isIterated: boolean;
}

interface UnreportedFailure {
  error: SubprocessError;
  handlers: FailureHandlers;
}

let unreported: UnreportedFailure[] = [];
let turn: NodeJS.Immediate | undefined;

/**
 * Prints a failure on stderr, once, with the child's stack, unless somebody handles it within one turn of the event
 * loop. The turn is for a caller that awaits `wait()`, or loops over `messages()`: it goes on when the child has ended,
 * and may ask for the result only then.
 */
export function reportUnlessHandled(error: SubprocessError, handlers: FailureHandlers): void {
  if (handlers.isFailureHandled()) return;
  if (unreported.length === 0) process.once('exit', reportAll);
  unreported.push({ error, handlers });
  reportSoon();
}

/** One turn later, reports the failures that nobody can handle any more. */
export function reportSoon(): void {
  if (turn || unreported.length === 0) return;
  turn = setImmediate(() => {
    turn = undefined;
    reportThose(({ handlers }) => !handlers.isIterated);
  });
}

/** Reports all failures now, since this process ends. */
export function reportAll(): void {
  reportThose(() => true);
}

function reportThose(isFinal: (failure: UnreportedFailure) => boolean): void {
  const final = unreported.filter(isFinal);
  unreported = unreported.filter(failure => !final.includes(failure));
  if (unreported.length === 0) process.off('exit', reportAll);
  for (const { error, handlers } of final) if (!handlers.isFailureHandled()) report(error);
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
