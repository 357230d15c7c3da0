/** Both sides: the states of a child. */
import { distinctUntilChanged, type OperatorFunction, pipe, scan, startWith } from 'rxjs';
import type { SubprocessEvent } from '../model/events';
import { reduce, type SubprocessState } from '../model/state';

/** Emits `initial`, then each state that an event leads to; completes and errors with its source. */
export function toState(initial: SubprocessState = 'created'): OperatorFunction<SubprocessEvent, SubprocessState> {
  return pipe(scan(reduce, initial), startWith(initial), distinctUntilChanged());
}
