/** Both sides: asks a child to end, and sees that it does. */
import { asyncScheduler, Observable, type OperatorFunction, type SchedulerLike } from 'rxjs';
import type { SubprocessEvent } from '../model/events';
import type { ExitStatus } from '../model/exit-status';
import { LONGEST_TIMER } from '../util/clock';
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
 * child has ended; errors and completes with its source. With each of these, and when it is unsubscribed, the threat of
 * the kill is taken back.
 */
export function shutdownWith({
  order,
  kill,
  grace,
  scheduler = asyncScheduler,
}: ShutdownConfig): OperatorFunction<SubprocessEvent, ExitStatus> {
  return event$ =>
    new Observable(subscriber => {
      order();
      if (grace <= LONGEST_TIMER) subscriber.add(scheduler.schedule(kill, grace));
      return event$.pipe(whenExited()).subscribe(subscriber);
    });
}
