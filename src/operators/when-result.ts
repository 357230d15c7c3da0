/** Parent side: waits for the result of `run`. */
import { filter, mergeMap, type OperatorFunction, pipe, take } from 'rxjs';
import type { EventOf, SubprocessEvent } from '../model/events';

/** The events that settle the result. */
type SettlingEvent = EventOf<'result' | 'failed' | 'exited'>;

/**
 * Emits the result of `run` as soon as it arrives, and completes. Errors as soon as the child reports a failure, or
 * with the `error` of the ExitStatus. Completes empty if the child was stopped without a result.
 */
export function whenResult(): OperatorFunction<SubprocessEvent, unknown> {
  return pipe(
    filter((event): event is SettlingEvent => ['result', 'failed', 'exited'].includes(event.type)),
    take(1),
    mergeMap(function* (event) {
      if (event.type === 'failed') throw event.error;
      if (event.type === 'exited' && event.exit.error) throw event.exit.error;
      if (event.type === 'result') yield event.value;
    }),
  );
}
