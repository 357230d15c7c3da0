/** Parent side: waits until a child has entered its work. */
import { clearTimeout, dateNow, setTimeout } from '../../util/timers';
import type { Journal } from '../follow/journal';

/** ms after `ready` within which a child must enter `run`. With the limit, a `run` that blocks can still be killed. */
export const ENTER_LIMIT_MS = 250;

/** Calls `act` once: when `run` is entered, when the time for that is over, or when the child has ended. */
export function whenEntered(journal: Journal, act: () => void): void {
  let isOver = false;
  let timer: NodeJS.Timeout | undefined;
  const finish = () => {
    if (isOver) return;
    isOver = true;
    clearTimeout(timer);
    act();
  };
  journal.whenReached(['entered'], finish);
  journal.whenFirst(['ready'], ({ at }) => {
    // Counted from the event, which may be a replayed one.
    if (!isOver) timer = setTimeout(finish, Math.max(0, at + ENTER_LIMIT_MS - dateNow()));
  });
  journal.whenExited(finish);
}
