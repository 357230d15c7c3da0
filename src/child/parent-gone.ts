/** Child side: what a child does when its parent is gone. */

import type { Kind } from '../model/kind';
import type { StartOrder } from '../protocol/to-child';
import { LONGEST_TIMER } from '../util/clock';
import type { StopRequest } from './stop';

/** ms in which a signal that was sent to oneself is heard. */
const MOMENT = 50;

/** A loop stops; other work ends as by a SIGTERM of its parent, or goes on where TERMINATE_ON_SHUTDOWN is false. A spare just ends. */
export function parentGone(kind: Kind, order: StartOrder | undefined, stop: StopRequest): void {
  if (!order) process.exit();
  if (kind === 'loop') stop.ask();
  if (!order.terminate) return;
  if (kind !== 'loop') {
    // Now, since nothing may hold the event loop until the signal is heard; and a moment for others who hear it.
    if (stop.obeyed) stop.ask();
    process.kill(process.pid, 'SIGTERM');
    setTimeout(() => {}, MOMENT);
  }
  // What holds the process longer than its grace is ended as the parent would have.
  if (order.grace <= LONGEST_TIMER) setTimeout(() => process.kill(process.pid, 'SIGKILL'), order.grace).unref();
}
