/** Parent side: folds events into states. */
import { distinctUntilChanged, type OperatorFunction, pipe, scan, startWith } from 'rxjs';
import type { SubprocessEvent } from '../model/events';
import { reduce, type SubprocessState } from '../model/state';

/** Emits `initial`, then each change of the state. Completes and errors as its source does. */
export function toState(initial: SubprocessState = 'created'): OperatorFunction<SubprocessEvent, SubprocessState> {
  return pipe(scan(reduce, initial), startWith(initial), distinctUntilChanged());
}
