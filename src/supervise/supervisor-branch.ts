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
  Subject,
  take,
  takeUntil,
  tap,
  throwError,
} from 'rxjs';
import { autoShutdown } from './auto-shutdown';
import type { Branch, Signal } from './branch';
import { type Children, checkedChildren, type Supervision } from './child-factories';
import type { DynamicChildren } from './dynamic-children';
import type { Failure } from './events';
import { emptyBranch } from './in-order';
import { isTooMany, withFailure } from './intensity';
import { type Settings, settingsFor } from './options';
import { isRestartLimitError, RestartLimitError } from './restart-limit-error';
import { restarting } from './restarting';
import type { Nest } from './run';
import { STRATEGIES } from './strategies';
import { child } from './supervised-child';

/** A stop of the supervisor by itself: with an error, or because of its significant children. */
type Halt = { error: unknown } | 'auto-shutdown';

/**
 * Completes when all children have ended and none is to be restarted, or when a stop has ended them all. After too many
 * failures it stops its children, emits `gave-up`, and errors with a RestartLimitError. `place` is its place in the
 * tree. `dynamic`: the children that are added later; with these it completes only after a stop.
 */
export function supervisor(
  children: Children,
  settings: Settings,
  place: readonly number[] = [],
  dynamic?: DynamicChildren,
): Branch {
  const { strategy, intensity, scheduler } = settings;
  const nest: Nest = (supervision, at) => supervisorOf(supervision, settings, at);

  return context =>
    defer(() => {
      const { began$, turn$, controls, path, group } = context;
      const halt$ = new ReplaySubject<Halt>(1);
      halt$.subscribe(() => {
        if (dynamic) dynamic.isEnding = true;
      });
      const stopping = merge(began$, halt$).subscribe(() => {
        group.isStopping = true;
      });
      const hurry$ = new Subject<string>();
      let history: readonly Failure[] = [];
      const count = (failure: Failure) => {
        history = withFailure(history, failure, intensity);
        return { history, ...(isTooMany(history, intensity) && { error: new RestartLimitError(history, intensity) }) };
      };
      const config = { count, scheduler, hurry$ };

      const keys = Object.keys(children);
      const adopt = (key: string) =>
        controls?.of([...path, key]).adopt({ isNew: path.length > 0, hurry: () => hurry$.next(key) });
      keys.forEach(adopt);
      const branches = Object.entries(children).map(([key, factory], index) =>
        child(factory, { key, place: [...place, index], nest }, settings),
      );
      const added = { place, nest, settings, restarting: config, first: keys.length, adopt };
      const last = dynamic?.branchIn(added) ?? emptyBranch;
      const tree = STRATEGIES[strategy](branches, branch => restarting(branch, config), last);
      const known$ = of<Signal>({ type: 'note', note: { is: 'supervisor', path, keys } });
      const signal$ = tree({ ...context, began$: merge(began$, halt$), turn$: merge(turn$, halt$) }).pipe(
        tap(signal => {
          if (signal.type === 'halt') halt$.next({ error: signal.error });
        }),
        filter(({ type }) => type !== 'halt'),
        autoShutdown(settings, path, () => halt$.next('auto-shutdown')),
        tap({
          complete() {
            for (const key of keys) controls?.of([...path, key]).close();
            halt$.complete();
          },
        }),
      );
      const end$ = defer(() => halt$).pipe(
        take(1),
        takeUntil(began$),
        mergeMap(halt => (halt === 'auto-shutdown' ? [] : giveUp(halt.error))),
      );
      return concat(known$, signal$, end$).pipe(
        tap({
          error(error) {
            group.error = error;
          },
        }),
        finalize(() => {
          // `began$` is that of the supervisor above, which may live long, and start this one again and again.
          stopping.unsubscribe();
          group.remove();
        }),
      );
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
): Branch =>
  supervisor(checkedChildren('superviseAll', children, options), settingsFor('superviseAll', options, above), place);

const giveUp = (error: unknown): Observable<Signal> => {
  const end$ = throwError(() => error);
  return isRestartLimitError(error) ? concat(of(gaveUpEvent(error)), end$) : end$;
};

function gaveUpEvent({ history }: RestartLimitError): Signal {
  const child = history.at(-1)?.child ?? '';
  return { type: 'event', event: { type: 'gave-up', history, child, path: [child] } };
}
