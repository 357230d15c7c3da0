/** Parent side: asks a child to stop, and kills it if it does not. */
import { Observable, type OperatorFunction, type SchedulerLike } from 'rxjs';
import type { SubprocessEvent } from '../model/events';
import type { ExitStatus } from '../model/exit-status';
import { LONGEST_TIMER } from '../util/clock';
import { realTime } from '../util/real-time';
import { whenExited } from './when-exited';

export interface ShutdownConfig {
  /** Asks the child to stop. Called upon subscription. */
  order(): void;
  /** Sends SIGKILL. Called once the grace is over. */
  kill(): void;
  /** Milliseconds between the two. `Infinity`: never kills. */
  grace: number;
  /** Default: real time. */
  scheduler?: SchedulerLike;
}

/**
 * Upon subscription, asks the child to stop, and kills it once the grace is over. Emits the ExitStatus and completes
 * when the child has exited. Completes empty, or errors, if its source ends before that. Each of these cancels the
 * pending kill, and so does unsubscribing.
 */
export function shutdownWith({
  order,
  kill,
  grace,
  scheduler = realTime,
}: ShutdownConfig): OperatorFunction<SubprocessEvent, ExitStatus> {
  return event$ =>
    new Observable(subscriber => {
      order();
      if (grace <= LONGEST_TIMER) subscriber.add(scheduler.schedule(kill, grace));
      return event$.pipe(whenExited()).subscribe(subscriber);
    });
}
