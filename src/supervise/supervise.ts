/** Parent side: supervises one task. */
import { map, type Observable } from 'rxjs';
import type { AnySubprocess } from '../index';
import { FACTORY_EXPECTED, isFactory } from '../take-over';
import type { Check } from '../util/check-options';
import type { TreeEvent } from './branch';
import type { SupervisorEvent } from './events';
import { eventsOf } from './events-of';
import { checkerFor, type SuperviseOptions, settingsFor } from './options';
import { supervisor } from './supervisor-branch';

/**
 * Runs a task, and restarts it after the ends that `restart` names: each time with a new instance from `factory`. The
 * delay before a restart grows with each failure in a row (`backoff`); `intensity` limits how often the task may fail.
 *
 * Subscribing starts the first task. Emits a SupervisorEvent for each start, end and restart. Completes when the task
 * has ended and is not to be restarted. Errors with a RestartLimitError after `gave-up`, or with what the factory
 * throws; no process is left then. Unsubscribing shuts the task down, without waiting for its end. From then on nothing
 * is started. To wait for the end, abort the `signal` of the options instead, and await the completion.
 *
 * @throws StateError if an option is wrong
 * @example
 * supervise(() => new Heartbeat(), {
 *   restart: 'always',
 *   signal: AbortSignal.timeout(500),
 * }).subscribe(event => {
 *   if (event.type === 'started')
 *     event.task.message$.subscribe(message => console.log(message));
 * });
 * // prints: beat 1
 */
export function supervise<T extends AnySubprocess>(
  factory: () => T,
  options: SuperviseOptions = {},
): Observable<SupervisorEvent<T>> {
  checkerFor('supervise').must('the first argument', factory, FACTORY);
  const settings = settingsFor('supervise', options);
  return eventsOf('supervise', supervisor({ task: factory }, settings), options.signal).pipe(
    map(withoutPlace),
  ) as Observable<SupervisorEvent<T>>;
}

const FACTORY: Check = [FACTORY_EXPECTED, isFactory];

const withoutPlace = ({ child, path, ...event }: TreeEvent): SupervisorEvent => event;
