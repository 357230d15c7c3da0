/** Parent side: one task that is started again when it fails. */
import { map, type Observable } from 'rxjs';
import type { AnySubprocess } from '../index';
import { type Check, OptionChecker } from '../util/check-options';
import type { TreeEvent } from './branch';
import type { SupervisorEvent } from './events';
import { eventsOf } from './events-of';
import { type SuperviseOptions, settingsFor } from './options';
import { supervisor } from './supervisor';

/**
 * Runs a task, and another one each time it ends in a way that `restart` asks to be mended: after a delay that grows
 * with each failure in a row (`backoff`), and not more often than `intensity` allows.
 *
 * Subscribing starts the first task. Emits what happens. Completes when no further start is asked for. Errors with a
 * RestartLimitError after `gave-up`, and with what the factory throws, in both cases once no process is left.
 * Unsubscribing shuts the task down, without waiting for it; nothing is started from then on.
 *
 * @throws StateError if an option is wrong
 */
export function supervise<T extends AnySubprocess>(
  factory: () => T,
  options: SuperviseOptions = {},
): Observable<SupervisorEvent<T>> {
  const checker = new OptionChecker('supervise: ', { subprocess: 'supervise' });
  checker.must('the first argument', factory, FACTORY);
  const settings = settingsFor('supervise', options);
  return eventsOf(supervisor({ task: factory }, settings)).pipe(map(withoutPlace)) as Observable<SupervisorEvent<T>>;
}

const FACTORY: Check = ['a function that returns a new task', value => typeof value === 'function'];

const withoutPlace = ({ child, path, ...event }: TreeEvent): SupervisorEvent => event;
