/** Parent side: makes the errors that items are rejected with. */
import { ExitError, type ExitStatus, SendError, StateError, type SubprocessError } from '../../../index';
import { describeObstacle, findObstacle } from '../../../protocol/crossing';
import { decodeError } from '../../../protocol/remote-error';
import { safeText } from '../../../util/safely';
import { TimeoutError } from '../../timeout-error';
import type { FailedValue } from '../../wire/messages';

/**
 * Why `item` cannot cross. `sendError` is the error of sending the item alone, if it was sent alone. Without it, the
 * result is undefined if nothing in the item keeps it from crossing.
 */
export function unsendableError(item: unknown, subprocess: string, sendError: unknown): SendError | undefined {
  const obstacle = findObstacle(item, 'item', 'message');
  if (!obstacle && sendError === undefined) return undefined;
  const why = obstacle
    ? describeObstacle(obstacle, 'hand in plain data')
    : safeText((sendError as Partial<Error>).message ?? sendError);
  return new SendError(`${subprocess}: an item cannot be sent to a worker: ${why}`, {
    subprocess,
    ...(sendError === undefined ? {} : { cause: sendError }),
  });
}

/** The error of an item whose work threw, or gave an output that cannot cross. `value` is what the worker answered. */
export function workError(
  kind: 'failed' | 'unsendable',
  value: unknown,
  subprocess: string,
  pid: number | null,
): SubprocessError {
  const work = `${subprocess}.work()`;
  if (kind === 'failed') {
    return decodeError(value as FailedValue, `${work} threw in the child (pid ${pid})`, { subprocess, pid });
  }
  return new SendError(`${work} in the child (pid ${pid}): its output cannot cross: ${safeText(value)}`, {
    subprocess,
    pid,
  });
}

/** The error of the item that a worker was working on when it exited. */
export function crashError(exit: ExitStatus): SubprocessError {
  if (exit.error) return exit.error;
  const { subprocess, pid } = exit;
  return new ExitError(
    `${subprocess}: the worker (pid ${pid}) was stopped by somebody else in the middle of an item`,
    exit,
    { subprocess, pid },
  );
}

/** The error of an item whose work took longer than `timeout` ms. */
export function timeoutError(subprocess: string, pid: number | null, timeout: number): TimeoutError {
  return new TimeoutError(
    `${subprocess}.work() took longer than the timeout of ${timeout} ms, and its worker (pid ${pid}) was told to give it up`,
    timeout,
    { subprocess, pid },
  );
}

export const shutdownError = (subprocess: string, when: string): StateError =>
  new StateError(`${subprocess}: the pool was shut down ${when}`, { subprocess });

export const queueFullError = (subprocess: string, limit: number, advice: string): StateError =>
  new StateError(`${subprocess}: more than ${limit} items wait in the pool (queueLimit): ${advice}`, { subprocess });
