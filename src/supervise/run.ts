/** Parent side: runs a child once, from its start to its end. */
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
  type SchedulerLike,
  take,
  takeUntil,
  tap,
} from 'rxjs';
import { type Actions, type Membership, setMembership } from '../census';
import { type AnySubprocess, isStartError, type NotStarted, type StartError } from '../index';
import { isTask, takeOver } from '../take-over';
import { OptionChecker } from '../util/check-options';
import { type Branch, type Context, type Signal, type Stop, type TreeEvent, UP } from './branch';
import { type ChildFactory, type Supervision, supervisionFrom } from './child-factories';
import type { SupervisorEvent } from './events';
import { isRestartLimitError } from './restart-limit-error';
import type { ChildEnd } from './restart-policy';
import { SupervisorGroup } from './supervisor-group';
import { watchdog } from './watchdog';

/** What a run emits. Its last signal is `ended`, or `halt`. */
export type RunSignal = Signal | ({ type: 'ended' } & ChildEnd);

/** What stays the same for each run of a child. */
export type ChildConfig = Pick<RunConfig, 'key' | 'place' | 'nest'>;

export interface RunConfig {
  key: string;
  /** The place in the tree: for each level, the index of the child. */
  place: readonly number[];
  attempt: number;
  /** ms without a sign of life. */
  watchdog: number;
  scheduler: SchedulerLike;
  /** How the child is stopped and restarted by those who look at the tree of processes. */
  actions: Actions;
  /** Makes the branch of a child that is a supervisor. */
  nest: Nest;
}

export type Nest = (supervision: Supervision, place: readonly number[]) => Branch;

/** Calls the factory and runs the task or the supervisor that it returns. Completes when that has ended. */
export const run = (factory: ChildFactory, config: RunConfig, context: Context): Observable<RunSignal> =>
  defer(() => {
    const returned = factory();
    if (!isTask(returned)) {
      const owner = `the factory of '${config.key}'`;
      const checker = new OptionChecker(`${owner}: `, { subprocess: owner });
      const supervision = supervisionFrom(returned);
      if (!supervision) throw checker.wrong('what it returns', returned, 'a new task, or { children, options }');
      checker.mustBeKnown('', supervision, ['children', 'options']);
      return runSupervisor(config.nest(supervision, config.place), config, context);
    }
    const task = takeOver(returned, `supervisor of '${config.key}'`);
    context.owner.own(task, config.place);
    const { key, attempt, actions } = config;
    const membership: Membership = { group: context.group, key, restarts: attempt - 1, actions };
    setMembership(task, membership);
    context.onRun?.(key, membership);
    return merge(runTask(task, config, context), watchdog(task, config.watchdog, config.scheduler));
  }).pipe(
    catchError(error => (isStartError(error) ? failToStart(error, config) : of<RunSignal>({ type: 'halt', error }))),
  );

function runTask(task: AnySubprocess, { key, attempt }: RunConfig, { turn$ }: Stop): Observable<RunSignal> {
  // `state$` emits at once, except for an inert instance, which therefore never counts as started.
  const started$ = task.state$.pipe(
    take(1),
    map(() => ownEvent(key, { type: 'started', task, attempt })),
  );
  const ready$ = task.ready$.pipe(
    map(() => UP),
    catchError(() => EMPTY),
  );
  // A failure is reported by `exited`. Subscribing to `result$` marks it as handled.
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
      ownEvent(key, { type: 'exited', exit, attempt }),
      { type: 'ended', exit, ...(exit.error && { error: exit.error }) },
    ]),
  );
  return merge(started$, ready$, handled$, stopping$, ended$);
}

/** Passes on the events of the supervisor. If it gives up, its RestartLimitError is the error of `ended`. */
function runSupervisor(branch: Branch, { key, actions }: RunConfig, context: Context): Observable<RunSignal> {
  const group = new SupervisorGroup({ name: key, key, above: context.group, actions });
  context.onRun?.(key, group);
  const { onRun: _, ...rest } = context;
  const signal$ = branch({ ...rest, path: [...context.path, key], group }).pipe(
    map(signal => (signal.type === 'event' ? eventBelow(key, signal.event) : signal)),
  );
  return concat(signal$, of<RunSignal>({ type: 'ended' })).pipe(
    catchError(error => {
      if (!isRestartLimitError(error)) throw error;
      return of<RunSignal>({ type: 'ended', error });
    }),
  );
}

/** The system had no resources to start the task. A later attempt may succeed. */
function failToStart(error: StartError, { key, attempt }: RunConfig): Observable<RunSignal> {
  const { subprocess } = error;
  const ended = { subprocess, pid: null, code: null, signal: null, duration: 0, forced: false, error };
  const exit: NotStarted = { reason: 'not-started', cause: 'start-failed', ...ended };
  return from<RunSignal[]>([ownEvent(key, { type: 'exited', exit, attempt }), { type: 'ended', exit, error }]);
}

const ownEvent = (child: string, event: SupervisorEvent): Signal => ({
  type: 'event',
  event: { ...event, child, path: [child] },
});

const eventBelow = (key: string, event: TreeEvent): Signal => ({
  type: 'event',
  event: { ...event, path: [key, ...event.path] },
});
