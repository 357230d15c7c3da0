/** Parent side: the branch of a supervisor, which combines its children by its strategy. */
import {
  concat,
  defer,
  filter,
  finalize,
  merge,
  mergeMap,
  type Observable,
  of,
  ReplaySubject,
  take,
  takeUntil,
  tap,
  throwError,
} from 'rxjs';
import type { Branch, Signal } from './branch';
import { type Children, checkedChildren, type Supervision } from './child-factories';
import type { Failure } from './events';
import { isTooMany, withFailure } from './intensity';
import { type Settings, settingsFor } from './options';
import { isRestartLimitError, RestartLimitError } from './restart-limit-error';
import { restarting } from './restarting';
import type { Nest } from './run';
import { STRATEGIES } from './strategies';
import { child } from './supervised-child';

/**
 * Completes when all children have ended and none is to be restarted, or when a stop has ended them all. After too many
 * failures it stops its children, emits `gave-up`, and errors with a RestartLimitError. `place` is its place in the
 * tree.
 */
export function supervisor(children: Children, settings: Settings, place: readonly number[] = []): Branch {
  const { strategy, intensity, scheduler } = settings;
  const nest: Nest = (supervision, at) => supervisorOf(supervision, settings, at);

  return context =>
    defer(() => {
      const { began$, turn$ } = context;
      const halt$ = new ReplaySubject<unknown>(1);
      let history: readonly Failure[] = [];
      const count = (failure: Failure) => {
        history = withFailure(history, failure, intensity);
        return isTooMany(history, intensity) ? new RestartLimitError(history, intensity) : undefined;
      };

      const branches = Object.entries(children).map(([key, factory], index) =>
        child(factory, { key, place: [...place, index], nest }, settings),
      );
      const tree = STRATEGIES[strategy](branches, branch => restarting(branch, { count, scheduler }));
      const signal$ = tree({ ...context, began$: merge(began$, halt$), turn$: merge(turn$, halt$) }).pipe(
        tap(signal => {
          if (signal.type === 'halt') halt$.next(signal.error);
        }),
        filter(({ type }) => type !== 'halt'),
        finalize(() => halt$.complete()),
      );
      const end$ = defer(() => halt$).pipe(take(1), takeUntil(began$), mergeMap(giveUp));
      return concat(signal$, end$);
    });
}

/**
 * The supervisor for the arguments of `superviseAll`. It inherits the scheduler and `random` of the supervisor above.
 * `place` is its own place in the tree.
 *
 * @throws StateError if a child or an option is wrong
 */
export const supervisorOf = (
  { children, options = {} }: Supervision,
  above?: Settings,
  place?: readonly number[],
): Branch => supervisor(checkedChildren(children, options), settingsFor('superviseAll', options, above), place);

const giveUp = (error: unknown): Observable<Signal> => {
  const end$ = throwError(() => error);
  return isRestartLimitError(error) ? concat(of(gaveUpEvent(error)), end$) : end$;
};

function gaveUpEvent({ history }: RestartLimitError): Signal {
  const child = history.at(-1)?.child ?? '';
  return { type: 'event', event: { type: 'gave-up', history, child, path: [child] } };
}
