/** Parent side: restarts a branch when a child of it has failed. */
import {
  concat,
  defer,
  EMPTY,
  filter,
  finalize,
  merge,
  mergeMap,
  type Observable,
  of,
  ReplaySubject,
  repeat,
  type SchedulerLike,
  take,
  takeUntil,
  timer,
} from 'rxjs';
import type { RestartTrace } from '../diagnostics/tracer';
import { dateNow } from '../util/timers';
import { announceRestart } from './announce-restart';
import type { Branch, Context, Signal, Stop } from './branch';
import type { Failure } from './events';
import { RestartWait } from './restart-wait';

export interface RestartingConfig {
  /** Counts a failure. Returns all that count now, and the error to give up with if there were too many. */
  count(failure: Failure): { history: readonly Failure[]; error?: Error };
  scheduler: SchedulerLike;
  /** Emits the key of a child whose restart was asked for by hand: the delay before it ends. */
  hurry$: Observable<string>;
}

type FailedSignal = Extract<Signal, { type: 'failed' }>;

/**
 * Runs the branch in rounds. The first failure in a round stops the rest of the branch; further failures in that round
 * do not count. When the branch has ended, it emits `restarting`, and the next round starts after the delay. Completes
 * when a round ends without a failure, or after a stop.
 */
export const restarting =
  (branch: Branch, { count, scheduler, hurry$ }: RestartingConfig): Branch =>
  context =>
    defer(() => {
      const { began$, turn$ } = context;
      let failed: FailedSignal | undefined;
      let history: readonly Failure[] = [];
      /** Of the restart that is under way. */
      let trace: RestartTrace | undefined;
      const endTrace = (error?: unknown) => {
        trace?.ended(error);
        trace = undefined;
      };

      const wait = new RestartWait();
      const onRun: Context['onRun'] = (key, run) => {
        wait.add(key, run);
        context.onRun?.(key, run);
      };

      const round$ = defer(() => {
        failed = undefined;
        wait.end();
        const restart$ = new ReplaySubject<void>(1);
        const handleFailure = (signal: Signal): Observable<Signal> => {
          if (signal.type === 'up') endTrace();
          if (signal.type !== 'failed') return of(signal);
          if (failed) return EMPTY;
          endTrace(signal.failure.error ?? signal.failure.exit);
          failed = signal;
          restart$.next();
          const counted = count(signal.failure);
          const { error } = counted;
          history = counted.history;
          if (error) return of({ type: 'halt', error });
          wait.begin(signal.failure.child);
          return EMPTY;
        };
        const stop: Stop = { began$: merge(began$, restart$), turn$: merge(turn$, restart$) };
        return branch({ ...context, ...stop, onRun }).pipe(mergeMap(handleFailure));
      });
      const announce = (signal: FailedSignal) => {
        trace = announceRestart(signal.failure, context.path, signal.delay);
        wait.until(dateNow() + signal.delay);
        return of(restartingEvent(signal, history));
      };
      const event$ = defer(() => (failed ? announce(failed) : EMPTY)).pipe(takeUntil(began$));
      const delay = ({ failure, delay }: FailedSignal) =>
        merge(timer(delay, scheduler), hurry$.pipe(filter(key => key === failure.child))).pipe(take(1));
      const delay$ = defer(() => (failed ? delay(failed) : EMPTY)).pipe(takeUntil(began$));
      return concat(round$, event$).pipe(
        repeat({ delay: () => delay$ }),
        finalize(() => {
          endTrace();
          wait.end();
        }),
      );
    });

function restartingEvent({ failure, delay }: FailedSignal, history: readonly Failure[]): Signal {
  const { child, attempt } = failure;
  return { type: 'event', event: { type: 'restarting', delay, attempt: attempt + 1, history, child, path: [child] } };
}
