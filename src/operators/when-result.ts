/** Both sides: waits for what `run` returns. */
import { filter, mergeMap, type OperatorFunction, pipe, take } from 'rxjs';
import type { EventOf, SubprocessEvent } from '../model/events';

type Outcome = EventOf<'result' | 'failed' | 'exited'>;

/**
 * Emits what `run` returned as soon as it arrives, and completes. Errors with what the child reported, or with the
 * error of its end; completes empty if it was stopped without a result.
 */
export function whenResult(): OperatorFunction<SubprocessEvent, unknown> {
  return pipe(
    filter((event): event is Outcome => ['result', 'failed', 'exited'].includes(event.type)),
    take(1),
    mergeMap(function* (event) {
      if (event.type === 'failed') throw event.error;
      if (event.type === 'exited' && event.exit.error) throw event.exit.error;
      if (event.type === 'result') yield event.value;
    }),
  );
}
