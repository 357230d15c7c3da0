/** Parent side: the errors of items, in words. */
import { ExitError, type ExitStatus, SendError, StateError, type SubprocessError } from '../../../index';
import { findObstacle } from '../../../protocol/crossing';
import { decodeError } from '../../../protocol/remote-error';
import { safeText } from '../../../util/safely';
import type { FailedValue } from '../../wire/messages';

/** Why `item` cannot cross; undefined if it can, unless it was sent `alone` and failed. */
export function unsendableItem(item: unknown, subprocess: string, alone: unknown): SendError | undefined {
  const obstacle = findObstacle(item, 'item', 'message');
  if (!obstacle && alone === undefined) return undefined;
  const why = obstacle
    ? `${obstacle.path} ${obstacle.problem}: hand in plain data`
    : safeText((alone as Partial<Error>).message ?? alone);
  return new SendError(`${subprocess}: an item cannot be sent to a worker: ${why}`, {
    subprocess,
    ...(alone === undefined ? {} : { cause: alone }),
  });
}

/** Why an item failed of which the worker has told so. */
export function reasonOf(
  kind: 'failed' | 'unsendable',
  value: unknown,
  subprocess: string,
  pid: number | null,
): SubprocessError {
  const what = `${subprocess}.work()`;
  if (kind === 'failed') {
    return decodeError(value as FailedValue, `${what} threw in the child (pid ${pid})`, { subprocess, pid });
  }
  return new SendError(`${what} in the child (pid ${pid}): its output cannot cross: ${safeText(value)}`, {
    subprocess,
    pid,
  });
}

/** For the item that a worker was working on when it ended. */
export function crashed(exit: ExitStatus): SubprocessError {
  if (exit.error) return exit.error;
  const { subprocess, pid } = exit;
  return new ExitError(
    `${subprocess}: the worker (pid ${pid}) was stopped by somebody else in the middle of an item`,
    exit,
    { subprocess, pid },
  );
}

/** For the item whose work took too long; `cause` is a DOMException of the name TimeoutError. */
export function timedOut(exit: ExitStatus, timeout: number): ExitError {
  const { subprocess, pid } = exit;
  const message = `${subprocess}.work() took longer than the timeout of ${timeout} ms, and its worker (pid ${pid}) was replaced`;
  const cause = new DOMException(message, 'TimeoutError');
  return new ExitError(message, exit, { subprocess, pid, cause });
}

export const shutDown = (subprocess: string, when: string): StateError =>
  new StateError(`${subprocess}: the pool was shut down ${when}`, { subprocess });

export const queueFull = (subprocess: string, limit: number, advice: string): StateError =>
  new StateError(`${subprocess}: more than ${limit} items wait in the pool (queueLimit): ${advice}`, { subprocess });
