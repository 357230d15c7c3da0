/** Both sides: the state of a child, folded from its events. */
import type { SubprocessEvent } from './events';

export type SubprocessState = 'created' | 'starting' | 'running' | 'stopping' | 'exited';

/** The state after an event; an event that has no place there leaves the state as it was, so it never goes back. */
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
    case 'result':
    case 'failed':
      return state;
    default:
      return event satisfies never;
  }
}
