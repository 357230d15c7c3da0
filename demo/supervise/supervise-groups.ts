/** Parent: three supervisors below one, with three loops each, as one stream of states. */
import type { ExitStatus } from 'offspring-rx';
import { type Strategy, superviseAll } from 'offspring-rx/supervise';
import {
  catchError,
  connect,
  EMPTY,
  endWith,
  ignoreElements,
  interval,
  map,
  merge,
  mergeMap,
  type Observable,
  of,
  scan,
  takeUntil,
  timestamp,
} from 'rxjs';
import { fateOf } from './fate';
import { Mortal } from './mortal';
import type { Options } from './options';
import { type AppEvent, GROUPS, initialState, LOOPS, reduce, type State, type Stop } from './state';

/** ms between two cells of a timeline. */
export const PERIOD = 100;

/** Emits a state after each event. Completes when no child is left. Errors only where the supervisor at the top gave up. */
export function superviseGroups({ seed, seconds }: Options, stop$: Observable<Stop>): Observable<State> {
  const stopped$ = stop$.pipe(map((stop): AppEvent => ({ type: 'stop', stop })));
  return supervising(seed, stop$).pipe(
    // So that the view shows how the last ones ended.
    endWith<AppEvent, AppEvent[]>({ type: 'tick' }),
    connect(work$ => merge(merge(ticks(), stopped$).pipe(takeUntil(endOf(work$))), work$)),
    timestamp(),
    scan(reduce, initialState(seconds)),
  );
}

const ticks = (): Observable<AppEvent> => interval(PERIOD).pipe(map(() => ({ type: 'tick' })));

/** Emits when `source$` completes. */
const endOf = (source$: Observable<unknown>): Observable<unknown> => source$.pipe(ignoreElements(), endWith('end'));

/** What the supervisors tell until `stop$`, and what their tasks tell to the end. */
function supervising(seed: number, stop$: Observable<unknown>): Observable<AppEvent> {
  const groups = GROUPS.map(({ strategy }) => [strategy, () => group(strategy, seed)]);
  return superviseAll(Object.fromEntries(groups) as Record<Strategy, () => ReturnType<typeof group>>, {
    strategy: 'one-for-one',
  }).pipe(
    takeUntil(stop$),
    mergeMap((event): Observable<AppEvent> => {
      const [strategy = '', loop = ''] = event.path;
      if (event.type === 'restarting') return of({ type: 'restarting', strategy, loop, delay: event.delay });
      if (event.type === 'gave-up') return of({ type: 'gave-up', strategy, failures: event.history.length });
      if (event.type !== 'started') return EMPTY;
      const { task } = event;
      const ready$ = task.ready$.pipe(
        map((): AppEvent => ({ type: 'ready', strategy, loop, pid: task.process?.pid ?? 0 })),
        catchError(() => EMPTY),
      );
      const exited$ = task.exit$.pipe(map((exit: ExitStatus): AppEvent => ({ type: 'exited', strategy, loop, exit })));
      return merge(of<AppEvent>({ type: 'started', strategy, loop }), ready$, exited$);
    }),
  );
}

/** What `superviseAll` takes: here, the supervisor of one group. */
function group(strategy: Strategy, seed: number) {
  const starts: Record<string, number> = {};
  const children = LOOPS.map(loop => {
    const create = () => {
      starts[loop] = (starts[loop] ?? 0) + 1;
      return new Mortal(fateOf(seed, `${strategy} ${loop}`, starts[loop]));
    };
    return [loop, create] as const;
  });
  return {
    children: Object.fromEntries(children),
    options: { strategy, backoff: { initial: 400, factor: 1.5 }, intensity: { restarts: 5, period: 8_000 } },
  };
}
