/** Parent side: prints the failure of a child that nobody handled. */
import { isRemoteError, type SubprocessError } from '../errors';

/** Once, on stderr, with the child's stack. */
export function reportFailure(error: SubprocessError): void {
  process.stderr.write(
    `offspring-rx: a failure that nobody handled (with result(), result$ or ready$)\n${told(error)}\n`,
  );
}

function told(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // The stack of our own errors only shows this library; a RemoteError's is the child's.
  const ours = 'subprocess' in error && !isRemoteError(error);
  const text = ours ? `${error.name}: ${error.message}` : (error.stack ?? String(error));
  return error.cause === undefined ? text : `${text}\ncaused by: ${told(error.cause)}`;
}
