/** Both sides: folds the events of a child into its state. */
import type { SubprocessEvent } from './events';

/**
 * The state of a task. 'created': it was constructed, or `init` runs. 'starting': its process is made and loads the class.
 * 'running': it is ready. 'stopping': a shutdown has begun, or it obeys a SIGTERM. 'exited': its process has ended, or there never was one.
 *
 * @example
 * const task = new CountLines('access.log');
 * task.state$.subscribe((state: SubprocessState) => console.log(state));
 * await task.wait();
 * // prints: created
 * // prints: starting
 * // prints: running
 * // prints: exited
 */
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
