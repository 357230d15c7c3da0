/** Child side: what a child does when its parent is gone. */
import type { StartOrder } from '../protocol/to-child';

/** A loop stops; other work ends as by a SIGTERM of its parent, or goes on where TERMINATE_ON_SHUTDOWN is false. */
export function parentGone({ kind, terminate, grace }: StartOrder, askStop: () => void): void {
  if (kind === 'loop') askStop();
  if (!terminate) return;
  if (kind !== 'loop') process.kill(process.pid, 'SIGTERM');
  // What holds the process longer than its grace is ended as the parent would have.
  if (grace < 2 ** 31) setTimeout(() => process.kill(process.pid, 'SIGKILL'), grace).unref();
}
