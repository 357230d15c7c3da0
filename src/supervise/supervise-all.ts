/** Parent side: several tasks that belong together, and supervisors below. */
import type { Observable } from 'rxjs';
import type { ChildEvent, Children } from './children';
import { eventsOf } from './events-of';
import type { SuperviseAllOptions } from './options';
import { supervisorOf } from './supervisor';

/**
 * Runs the children, each started once the one before it is ready (or is over for good), and restarts those that
 * `strategy` says when one of them fails. They stop in reverse order, each once the one after it is gone.
 *
 * A factory that returns what `superviseAll` takes, as `{ children, options }` or as mere children, makes a supervisor
 * below this one; when that gives up, it has failed as a child.
 *
 * Emits what happens, each event with the `child` that it is about. Completes when no child is left that a restart is
 * asked for. Errors with a RestartLimitError after `gave-up`, and with what a factory throws, in both cases once no
 * process is left. Unsubscribing shuts all down; nothing is started from then on.
 *
 * @throws StateError if a child or an option is wrong
 */
export function superviseAll<C extends Children>(
  children: C,
  options: SuperviseAllOptions<keyof C & string> = {},
): Observable<ChildEvent<C>> {
  return eventsOf(supervisorOf({ children, options })) as Observable<never>;
}
