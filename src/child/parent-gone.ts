/** Child side: ends a child whose parent has ended. */
import type { Kind } from '../model/kind';
import { platform } from '../platform/platform';
import type { StartOrder } from '../protocol/to-child';
import { LONGEST_TIMER } from '../util/clock';
import { setTimeout } from '../util/timers';
import type { StopRequest } from './stop';
import type { UsersSigterm } from './users-sigterm';

/** ms to stay alive after this process has sent itself a signal, so that the signal is delivered. */
const SIGNAL_DELIVERY_MS = 50;

/**
 * `target`: this process or, below 0, its group. A spare exits. A loop stops. A Subprocess gets a SIGTERM, as from its parent; it goes on if TERMINATE_ON_SHUTDOWN is
 * false.
 */
export function parentGone(
  kind: Kind,
  target: number,
  order: StartOrder | undefined,
  stop: StopRequest,
  usersSigterm: UsersSigterm,
): void {
  if (!order) process.exit();
  if (kind === 'loop') stop.ask();
  if (!order.terminate) return;
  if (kind !== 'loop') {
    // Asks at once, since the process may end before the signal is delivered. The timer gives the user's own SIGTERM
    // listeners time to be called.
    if (stop.handlesSigterm) stop.ask();
    // Where a SIGTERM cannot be handled, it would end this process before the stop.
    if (platform.stop.hasSigterm || !stop.handlesSigterm) usersSigterm.raise();
    setTimeout(() => {}, SIGNAL_DELIVERY_MS);
  }
  // After the grace it is killed, as the parent would have done.
  if (order.grace <= LONGEST_TIMER) setTimeout(() => process.kill(target, 'SIGKILL'), order.grace).unref();
}
