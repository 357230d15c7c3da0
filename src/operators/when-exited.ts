/** Parent side: waits until a child has exited. */
import { map, type OperatorFunction, pipe, take } from 'rxjs';
import type { SubprocessEvent } from '../model/events';
import type { ExitStatus } from '../model/exit-status';
import { ofType } from './of-type';

/** Emits the ExitStatus and completes when the child has exited, for whatever reason. Errors if its source does. */
export function whenExited(): OperatorFunction<SubprocessEvent, ExitStatus> {
  return pipe(
    ofType('exited'),
    take(1),
    map(({ exit }) => exit),
  );
}
