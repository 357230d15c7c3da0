/** Both sides: waits until a child is ready. */
import { filter, map, type OperatorFunction, pipe, take } from 'rxjs';
import type { EventOf, SubprocessEvent } from '../model/events';
import { failureOf } from './failure-of';

/**
 * Emits once (void) and completes when the child is ready: its module is loaded, its instance rebuilt, a loop's
 * `begin` done. Errors with what prevented it if the child ends before that.
 */
export function whenReady(): OperatorFunction<SubprocessEvent, void> {
  return pipe(
    filter((event): event is EventOf<'ready' | 'exited'> => event.type === 'ready' || event.type === 'exited'),
    take(1),
    map(event => {
      if (event.type === 'exited') throw failureOf(event.exit, 'it was ready');
    }),
  );
}
