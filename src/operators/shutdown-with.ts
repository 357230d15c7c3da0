/** Both sides: asks a child to end, and sees that it does. */
import {
  asyncScheduler,
  defer,
  EMPTY,
  ignoreElements,
  merge,
  type Observable,
  type OperatorFunction,
  type SchedulerLike,
  take,
  tap,
  timer,
} from 'rxjs';
import { LONGEST_TIMER } from '../clock';
import type { SubprocessEvent } from '../events';
import type { ExitStatus } from '../exit-status';
import { whenExited } from './when-exited';

export interface ShutdownConfig {
  /** Asks the child to end; called upon subscription. */
  order(): void;
  /** Ends it by force; called once the grace is over. */
  kill(): void;
  /** Milliseconds between the two; `Infinity`: never by force. */
  grace: number;
  /** Default: asyncScheduler. */
  scheduler?: SchedulerLike;
}

/**
 * Orders the end upon subscription, and kills once the grace is over. Emits the ExitStatus and completes when the
 * child has ended; errors with its source. Unsubscribing takes the threat of the kill back.
 */
export function shutdownWith({
  order,
  kill,
  grace,
  scheduler = asyncScheduler,
}: ShutdownConfig): OperatorFunction<SubprocessEvent, ExitStatus> {
  return event$ =>
    defer(() => {
      order();
      const patience$: Observable<unknown> = grace > LONGEST_TIMER ? EMPTY : timer(grace, scheduler);
      return merge(event$.pipe(whenExited()), patience$.pipe(tap(kill), ignoreElements())).pipe(
        take(1),
      ) as Observable<ExitStatus>;
    });
}
