/** Parent side: one run of a child, from its start to its end. */
import {
  catchError,
  concat,
  defer,
  EMPTY,
  from,
  ignoreElements,
  map,
  merge,
  mergeMap,
  type Observable,
  of,
  take,
  takeUntil,
  tap,
} from 'rxjs';
import { type AnySubprocess, isStartError, type NotStarted, type StartError } from '../index';
import { isTask, takeOver } from '../take-over';
import { OptionChecker } from '../util/check-options';
import { type Branch, type Signal, type Stop, type TreeEvent, UP } from './branch';
import { type ChildFactory, type Supervision, supervisionIn } from './children';
import type { SupervisorEvent } from './events';
import { isRestartLimitError } from './restart-limit-error';
import type { Ended } from './restart-policy';

/** What a run tells: the last of it is `ended`, unless it has to halt everything. */
export type RunSignal = Signal | ({ type: 'ended' } & Ended);

export interface RunConfig {
  key: string;
  attempt: number;
  /** Makes the branch of a supervisor that is the child. */
  nest(supervision: Supervision): Branch;
}

/** Calls the factory, runs what it returns, and completes when that is over. */
export const run = (factory: ChildFactory, config: RunConfig, stop: Stop): Observable<RunSignal> =>
  defer(() => {
    const made = factory();
    const supervision = isTask(made) ? undefined : supervisionIn(made);
    if (supervision) return runSupervisor(config.nest(supervision), config.key, stop);
    if (!isTask(made)) {
      const owner = `the factory of '${config.key}'`;
      const checker = new OptionChecker(`${owner}: `, { subprocess: owner });
      throw checker.wrong('what it returns', made, 'a new task, or { children, options }');
    }
    return runTask(takeOver(made, `supervisor of '${config.key}'`), config, stop);
  }).pipe(
    catchError(error => (isStartError(error) ? failToStart(error, config) : of<RunSignal>({ type: 'halt', error }))),
  );

function runTask(task: AnySubprocess, { key, attempt }: RunConfig, { turn$ }: Stop): Observable<RunSignal> {
  // Told at once; but what a child's own load of the module constructs once more has no state, and so never starts.
  const started$ = task.state$.pipe(
    take(1),
    map(() => tell(key, { type: 'started', task, attempt })),
  );
  const ready$ = task.ready$.pipe(
    map(() => UP),
    catchError(() => EMPTY),
  );
  // The exit tells of a failure; who subscribes here has handled it.
  const handled$ = task.result$.pipe(
    ignoreElements(),
    catchError(() => EMPTY),
  );
  const stopping$ = turn$.pipe(
    take(1),
    tap(() => void task.shutdown()),
    ignoreElements(),
    takeUntil(task.exit$),
  );
  const ended$ = task.exit$.pipe(
    mergeMap((exit): RunSignal[] => [
      tell(key, { type: 'exited', exit, attempt }),
      { type: 'ended', exit, ...(exit.error && { error: exit.error }) },
    ]),
  );
  return merge(started$, ready$, handled$, stopping$, ended$);
}

/** Its events are passed on; that it gave up is how it ended. */
function runSupervisor(branch: Branch, key: string, stop: Stop): Observable<RunSignal> {
  const below$ = branch(stop).pipe(map(signal => (signal.type === 'event' ? below(key, signal.event) : signal)));
  return concat(below$, of<RunSignal>({ type: 'ended' })).pipe(
    catchError(error => {
      if (!isRestartLimitError(error)) throw error;
      return of<RunSignal>({ type: 'ended', error });
    }),
  );
}

/** The system had no room for it, which another attempt may find. */
function failToStart(error: StartError, { key, attempt }: RunConfig): Observable<RunSignal> {
  const { subprocess } = error;
  const ended = { subprocess, pid: null, code: null, signal: null, duration: 0, forced: false, error };
  const exit: NotStarted = { reason: 'not-started', ...ended };
  return from<RunSignal[]>([tell(key, { type: 'exited', exit, attempt }), { type: 'ended', exit, error }]);
}

const tell = (child: string, event: SupervisorEvent): Signal => ({
  type: 'event',
  event: { ...event, child, path: [child] },
});

const below = (key: string, event: TreeEvent): Signal => ({
  type: 'event',
  event: { ...event, path: [key, ...event.path] },
});
