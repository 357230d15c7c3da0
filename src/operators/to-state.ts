/** Parent side: folds events into states. */
import { distinctUntilChanged, type OperatorFunction, pipe, scan, startWith } from 'rxjs';
import type { SubprocessEvent } from '../model/events';
import { reduce, type SubprocessState } from '../model/state';

/**
 * Emits `initial` (default: 'created'), then each change of the state. Completes and errors as its source does.
 *
 * @example
 * const task = new CountLines('access.log');
 * task.event$.pipe(toState()).subscribe(state => console.log(state));
 * await task.wait(); // keeps this process alive: event$ does not
 * // prints: created
 * // prints: starting
 * // prints: running
 * // prints: exited
 */
export function toState(initial: SubprocessState = 'created'): OperatorFunction<SubprocessEvent, SubprocessState> {
  return pipe(scan(reduce, initial), startWith(initial), distinctUntilChanged());
}
