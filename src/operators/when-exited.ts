/** Both sides: waits for the end of a child. */
import { map, type OperatorFunction, pipe, take } from 'rxjs';
import type { SubprocessEvent } from '../model/events';
import type { ExitStatus } from '../model/exit-status';
import { ofType } from './of-type';

/** Emits the ExitStatus and completes when the child has ended, however it ended. */
export function whenExited(): OperatorFunction<SubprocessEvent, ExitStatus> {
  return pipe(
    ofType('exited'),
    take(1),
    map(({ exit }) => exit),
  );
}
