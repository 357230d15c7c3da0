/** Parent side: prints the failures that nobody handled, and lets this process end with exit code 1 for them. */
import { isRemoteError, isSubprocessError, isWatchdogError, type SubprocessError } from '../../model/errors';
import { attempt, safeText } from '../../util/safely';
import { setImmediate } from '../../util/timers';
import { writeStderr } from './write-stderr';

/** Tells whether the failure of an instance is handled, or may still be. */
export interface FailureHandlers {
  isFailureHandled(): boolean;
  /** Whether a loop over `messages()` is running. The code after the loop may still ask for the result. */
  readonly isIterated: boolean;
  /** Streams with subscribers that the failure did not reach, since these streams never error. */
  readonly completedStreams: readonly string[];
}

interface UnreportedFailure {
  error: SubprocessError;
  handlers: FailureHandlers;
}

let unreported: UnreportedFailure[] = [];
let immediate: NodeJS.Immediate | undefined;

/**
 * Prints a failure on stderr, once, with the child's stack, unless it is handled within one turn of the event loop. A
 * caller that awaits `wait()`, or that loops over `messages()`, needs this turn: it continues when the child has ended,
 * and may ask for the result only then.
 */
export function reportUnlessHandled(error: SubprocessError, handlers: FailureHandlers): void {
  if (handlers.isFailureHandled()) return;
  if (unreported.length === 0) process.once('exit', reportAll);
  unreported.push({ error, handlers });
  reportSoon();
}

/** Prints the unhandled failures one turn later, except those whose `messages()` loop is still running. */
export function reportSoon(): void {
  if (immediate || unreported.length === 0) return;
  immediate = setImmediate(() => {
    immediate = undefined;
    reportIf(({ handlers }) => !handlers.isIterated);
  });
}

/** Prints all unhandled failures now, since this process ends. */
export function reportAll(): void {
  reportIf(() => true);
}

function reportIf(isDue: (failure: UnreportedFailure) => boolean): void {
  const due = unreported.filter(isDue);
  unreported = unreported.filter(failure => !due.includes(failure));
  if (unreported.length === 0) process.off('exit', reportAll);
  for (const { error, handlers } of due) if (!handlers.isFailureHandled()) print(error, handlers.completedStreams);
}

function print(error: SubprocessError, streams: readonly string[]): void {
  const names = streams.join(' and ');
  const told = streams.length === 0 ? '' : `; ${names} ${streams.length > 1 ? 'do' : 'does'} not error, and completed`;
  writeStderr(
    `offspring-rx: a failure that nobody handled (with result(), result$ or ready$${told})\n${describeError(error)}\ncode: ${error.code}\n`,
  );
  // As for a rejection that nobody handled. A code that the program has set, or gives to process.exit(), stays.
  process.exitCode ??= 1;
}

/** How many causes of an error are printed. */
const MAX_CAUSES = 16;

function describeError(error: unknown, causes = 0): string {
  if (!(error instanceof Error)) return safeText(error);
  // A RemoteError or a WatchdogError has the stack of the child. The stack of this library's other errors shows only the library.
  const isOwnStack = isSubprocessError(error) && !isRemoteError(error) && !isWatchdogError(error);
  const text = isOwnStack ? `${error.name}: ${error.message}` : safeText(attempt(() => error.stack) ?? error);
  // The errors of an AggregateError.
  const errors = isRemoteError(error) ? (error.errors ?? []) : [];
  const lines = [text, ...errors.map(each => `  of: ${each.message}`)];
  const cause = attempt(() => error.cause);
  if (cause !== undefined && causes < MAX_CAUSES) lines.push(`caused by: ${describeError(cause, causes + 1)}`);
  return lines.join('\n');
}
