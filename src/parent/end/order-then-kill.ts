/** Parent side: asks a child to stop, and kills it if it does not. */
import type { SchedulerLike } from 'rxjs';
import type { ExitStatus } from '../../model/exit-status';
import { LONGEST_TIMER } from '../../util/clock';
import { realTime } from '../../util/real-time';
import type { Journal } from '../follow/journal';

export interface OrderThenKillConfig {
  /** Asks the child to stop. Called at once. */
  order(): void;
  /** Sends SIGKILL. Called once the grace is over. */
  kill(): void;
  /** Milliseconds between the two. `Infinity`: never kills. */
  grace: number;
  /** Default: real time. */
  scheduler?: SchedulerLike;
}

/** Calls `onExit` when the child has exited, which cancels the pending kill. */
export function orderThenKill(
  journal: Pick<Journal, 'whenExited'>,
  { order, kill, grace, scheduler = realTime }: OrderThenKillConfig,
  onExit: (exit: ExitStatus) => void,
): void {
  order();
  const killing = grace <= LONGEST_TIMER ? scheduler.schedule(kill, grace) : undefined;
  journal.whenExited(exit => {
    killing?.unsubscribe();
    onExit(exit);
  });
}
