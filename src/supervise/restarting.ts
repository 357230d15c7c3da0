/** Parent side: a branch that is stopped and started again when a child of it asks for that. */
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
import type { Branch, Signal } from './branch';
import type { Failure } from './events';

export interface RestartingConfig {
  /** Counts a failure; returns the error to give up with, if it was one too many. */
  count(failure: Failure): Error | undefined;
  scheduler: SchedulerLike;
}

type Failed = Extract<Signal, { type: 'failed' }>;

/**
 * The first failure of a round stops what is left of it; what else fails meanwhile is started again with it. Then
 * `restarting` is told, and the next round starts after the delay. Completes when a round ends without a failure, or
 * once a stop has begun.
 */
export const restarting =
  (branch: Branch, { count, scheduler }: RestartingConfig): Branch =>
  ({ began$, turn$ }) =>
    defer(() => {
      let failed: Failed | undefined;

      const round$ = defer(() => {
        failed = undefined;
        const again$ = new ReplaySubject<void>(1);
        const answer = (signal: Signal): Observable<Signal> => {
          if (signal.type !== 'failed') return of(signal);
          if (failed) return EMPTY;
          failed = signal;
          again$.next();
          const error = count(signal.failure);
          return error ? of({ type: 'halt', error }) : EMPTY;
        };
        return branch({ began$: merge(began$, again$), turn$: merge(turn$, again$) }).pipe(mergeMap(answer));
      });
      const told$ = defer(() => (failed ? of(restartingEvent(failed)) : EMPTY)).pipe(takeUntil(began$));
      const pause$ = defer(() => (failed ? timer(failed.delay, scheduler) : EMPTY)).pipe(takeUntil(began$));
      return concat(round$, told$).pipe(repeat({ delay: () => pause$ }));
    });

function restartingEvent({ failure, delay }: Failed): Signal {
  const { child, attempt } = failure;
  return { type: 'event', event: { type: 'restarting', delay, attempt: attempt + 1, child, path: [child] } };
}
