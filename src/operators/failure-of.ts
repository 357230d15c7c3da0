/** Both sides: the error for an end that came before what was waited for. */
import { ExitError, type SubprocessError } from '../model/errors';
import type { ExitStatus } from '../model/exit-status';

/** What went wrong in a child that ended before `awaited` ("it was ready"); an ExitError if nothing did. */
export function failureOf(exit: ExitStatus, awaited: string): SubprocessError {
  if (exit.error) return exit.error;
  const ended = exit.reason === 'completed' ? 'ended' : exit.pid === null ? 'was shut down' : 'was stopped';
  return new ExitError(`${exit.subprocess} ${ended} before ${awaited}`, exit, exit);
}
