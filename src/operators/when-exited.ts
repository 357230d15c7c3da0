/** Parent side: waits until a child has exited. */
import { map, type OperatorFunction, pipe, take } from 'rxjs';
import type { SubprocessEvent } from '../model/events';
import type { ExitStatus } from '../model/exit-status';
import { ofType } from './of-type';

/**
 * Emits the ExitStatus and completes when the child has exited, for whatever reason. Errors if its source does.
 *
 * @example
 * const task = new CountLines('access.log');
 * task.event$
 *   .pipe(whenExited())
 *   .subscribe(({ reason }) => console.log(reason));
 * await task.wait(); // keeps this process alive: event$ does not
 * // prints: completed
 */
export function whenExited(): OperatorFunction<SubprocessEvent, ExitStatus> {
  return pipe(
    ofType('exited'),
    take(1),
    map(({ exit }) => exit),
  );
}
