/** Parent side: supervises several tasks that belong together. */
import type { Observable } from 'rxjs';
import type { ChildEvent, Children } from './child-factories';
import { eventsOf } from './events-of';
import type { SuperviseAllOptions } from './options';
import { supervisorOf } from './supervisor-branch';

/**
 * Runs the children. When one fails, those that `strategy` says are restarted. Each child starts when the child before
 * it is ready or has ended without a restart. They stop in reverse order, each when the child after it has ended.
 *
 * A factory may also return the arguments of `superviseAll`, as `{ children, options }` or as the children alone. They
 * make a supervisor below this one. If that supervisor gives up, it has failed as a child.
 *
 * Subscribing starts the first child. Emits a SupervisorEvent for each start, end and restart, with the key of the
 * `child`. Completes when all children have ended and none is to be restarted. Errors with a RestartLimitError after
 * `gave-up`, or with what a factory throws; no process is left then. Unsubscribing shuts all children down, without
 * waiting for their ends. From then on nothing is started. At the end of this process, and after `shutdownAll()`, they
 * end in the same order, and the stream completes. To wait for the ends, abort the `signal` of the options, or use a
 * `Supervisor`.
 *
 * @throws StateError if a child or an option is wrong
 * @example
 * const children = {
 *   count: () => new CountLines('access.log'),
 *   beat: () => new Heartbeat(1),
 * };
 * superviseAll(children, { strategy: 'one-for-all' }).subscribe(event => {
 *   if (event.type === 'exited')
 *     console.log(event.child, event.exit.reason);
 * });
 */
export function superviseAll<C extends Children>(
  children: C,
  options: SuperviseAllOptions<keyof C & string> = {},
): Observable<ChildEvent<C>> {
  return eventsOf('superviseAll', supervisorOf({ children, options }), options.signal) as Observable<never>;
}
