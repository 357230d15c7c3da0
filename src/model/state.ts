/** Both sides: folds the events of a child into its state. */
import type { SubprocessEvent } from './events';

export type SubprocessState = 'created' | 'starting' | 'running' | 'stopping' | 'exited';

/** The state after `event`. Never an earlier state: an event that cannot occur in `state` leaves it as it is. */
export function reduce(state: SubprocessState, event: SubprocessEvent): SubprocessState {
  switch (event.type) {
    case 'starting':
      return state === 'created' ? 'starting' : state;
    case 'ready':
      return state === 'starting' ? 'running' : state;
    case 'stopping':
      return state === 'starting' || state === 'running' ? 'stopping' : state;
    case 'exited':
      return 'exited';
    case 'spawned':
    case 'message':
    case 'iteration':
    case 'alive':
    case 'result':
    case 'failed':
      return state;
    default:
      return event satisfies never;
  }
}
