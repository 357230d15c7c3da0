/** Parent side: restarts a branch when a child of it has failed. */
import {
  concat,
  defer,
  EMPTY,
  merge,
  mergeMap,
  type Observable,
  of,
  ReplaySubject,
  repeat,
  type SchedulerLike,
  takeUntil,
  timer,
} from 'rxjs';
import type { Branch, Signal, Stop } from './branch';
import type { Failure } from './events';

export interface RestartingConfig {
  /** Counts a failure. Returns the error to give up with if there were too many. */
  count(failure: Failure): Error | undefined;
  scheduler: SchedulerLike;
}

type FailedSignal = Extract<Signal, { type: 'failed' }>;

/**
 * Runs the branch in rounds. The first failure in a round stops the rest of the branch; further failures in that round
 * do not count. When the branch has ended, it emits `restarting`, and the next round starts after the delay. Completes
 * when a round ends without a failure, or after a stop.
 */
export const restarting =
  (branch: Branch, { count, scheduler }: RestartingConfig): Branch =>
  context =>
    defer(() => {
      const { began$, turn$ } = context;
      let failed: FailedSignal | undefined;

      const round$ = defer(() => {
        failed = undefined;
        const restart$ = new ReplaySubject<void>(1);
        const handleFailure = (signal: Signal): Observable<Signal> => {
          if (signal.type !== 'failed') return of(signal);
          if (failed) return EMPTY;
          failed = signal;
          restart$.next();
          const error = count(signal.failure);
          return error ? of({ type: 'halt', error }) : EMPTY;
        };
        const stop: Stop = { began$: merge(began$, restart$), turn$: merge(turn$, restart$) };
        return branch({ ...context, ...stop }).pipe(mergeMap(handleFailure));
      });
      const event$ = defer(() => (failed ? of(restartingEvent(failed)) : EMPTY)).pipe(takeUntil(began$));
      const delay$ = defer(() => (failed ? timer(failed.delay, scheduler) : EMPTY)).pipe(takeUntil(began$));
      return concat(round$, event$).pipe(repeat({ delay: () => delay$ }));
    });

function restartingEvent({ failure, delay }: FailedSignal): Signal {
  const { child, attempt } = failure;
  return { type: 'event', event: { type: 'restarting', delay, attempt: attempt + 1, child, path: [child] } };
}
