/** Parent side: waits until a child is ready. */
import { filter, map, type OperatorFunction, pipe, take } from 'rxjs';
import type { EventOf, SubprocessEvent } from '../model/events';
import { failureOf } from './failure-of';

/**
 * Emits once (void) and completes when the child is ready: its module is loaded, its instance is rebuilt, and the
 * `begin` of a loop is done. If the child exits first, errors with the error that explains why.
 *
 * @example
 * const task = new Heartbeat(1);
 * task.event$.pipe(whenReady()).subscribe(() => console.log('ready'));
 * await task.wait(); // keeps this process alive: event$ does not
 * // prints: ready
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
