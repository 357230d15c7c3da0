/** Parent side: makes the error of a stream that waited for something, when the child exits first. */
import { ExitError, type SubprocessError } from '../model/errors';
import type { ExitStatus } from '../model/exit-status';

/** The `error` of the ExitStatus, or an ExitError if it has none. `awaited` ends its message: "it was ready". */
export function failureOf(exit: ExitStatus, awaited: string): SubprocessError {
  if (exit.error) return exit.error;
  const ended = exit.reason === 'completed' ? 'ended' : exit.pid === null ? 'was shut down' : 'was stopped';
  return new ExitError(`${exit.subprocess} ${ended} before ${awaited}`, exit, exit);
}
