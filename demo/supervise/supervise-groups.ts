/** Parent: three supervisors below one, with three loops each, as one stream of states. */
import type { ExitStatus } from 'offspring-rx';
import { type Strategy, Supervisor } from 'offspring-rx/supervise';
import {
  catchError,
  connect,
  EMPTY,
  endWith,
  filter,
  ignoreElements,
  interval,
  map,
  merge,
  mergeMap,
  type Observable,
  of,
  scan,
  takeUntil,
  tap,
  timestamp,
} from 'rxjs';
import { fateOf } from './fate';
import { Mortal } from './mortal';
import type { Options } from './options';
import type { Request } from './requests';
import { type AppEvent, GROUPS, initialState, LOOPS, reduce, type State, type Stop } from './state';

/** ms between two cells of a timeline. */
export const PERIOD = 100;

/** ms without a turn after which a loop hangs. */
const WATCHDOG = 600;

/**
 * Emits a state after each event, and does what is asked for. Completes when no child is left. Errors only where the
 * supervisor at the top gave up. `selected`: the loop that is selected first, if somebody can type.
 */
export function superviseGroups(
  { seed, seconds }: Options,
  stop$: Observable<Stop>,
  request$: Observable<Request>,
  selected: State['selected'],
): Observable<State> {
  const stopped$ = stop$.pipe(map((stop): AppEvent => ({ type: 'stop', stop })));
  return supervising(seed, stop$, request$).pipe(
    // So that the view shows how the last ones ended.
    endWith<AppEvent, AppEvent[]>({ type: 'tick' }),
    connect(work$ => merge(merge(ticks(), stopped$).pipe(takeUntil(endOf(work$))), work$)),
    timestamp(),
    scan(reduce, initialState(seconds, selected)),
  );
}

const ticks = (): Observable<AppEvent> => interval(PERIOD).pipe(map(() => ({ type: 'tick' })));

/** Emits when `source$` completes. */
const endOf = (source$: Observable<unknown>): Observable<unknown> => source$.pipe(ignoreElements(), endWith('end'));

/** What the supervisors and their tasks tell, and what is asked for. */
function supervising(seed: number, stop$: Observable<unknown>, request$: Observable<Request>): Observable<AppEvent> {
  const groups = GROUPS.map(({ strategy }) => [strategy, () => group(strategy, seed)]);
  const supervisor = new Supervisor(Object.fromEntries(groups) as Record<Strategy, () => ReturnType<typeof group>>, {
    strategy: 'one-for-one',
  });
  stop$.subscribe(() => supervisor.shutdown());
  const act = ({ type, strategy, loop }: Request) => {
    const path = [strategy, loop];
    // Its promise rejects if the loop crashes before it is ready: that is shown as the crash that it is.
    if (type === 'restart') supervisor.restart(path, { overlap: true }).catch(() => {});
    if (type === 'kill') supervisor.which(path)?.process?.kill('SIGKILL');
  };
  const asked$ = request$.pipe(
    tap(act),
    filter((request): request is Request & { type: 'select' | 'restart' | 'kill' } => request.type !== 'stop'),
  );
  const told$ = supervisor.event$.pipe(
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
      const exited$ = task.exit$.pipe(
        map((exit: ExitStatus): AppEvent => {
          const isReplaced = ![task, undefined].includes(supervisor.which(event.path));
          return isReplaced ? { type: 'replaced', strategy, loop } : { type: 'exited', strategy, loop, exit };
        }),
      );
      return merge(of<AppEvent>({ type: 'started', strategy, loop }), ready$, exited$);
    }),
  );
  return merge(told$, asked$.pipe(takeUntil(endOf(supervisor.children$))));
}

/** What a supervisor takes: here, the supervisor of one group. */
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
    options: {
      strategy,
      watchdog: WATCHDOG,
      backoff: { initial: 400, factor: 1.5 },
      intensity: { restarts: 5, period: 8_000 },
    },
  };
}
