/** Parent side: turns a branch into the stream of events that users subscribe to. */
import { Observable } from 'rxjs';
import type { Branch, TreeEvent } from './branch';
import { onAbort } from './on-abort';
import { Tree } from './tree';

/**
 * Emits the events of a branch. Unsubscribing asks the branch to stop, and does not wait for its end. So does the abort
 * of `signal`, after which the stream goes on to the end of the branch. `name`: see Tree.
 */
export const eventsOf = (name: string, branch: Branch, signal?: AbortSignal): Observable<TreeEvent> =>
  new Observable(subscriber => {
    if (signal?.aborted) return subscriber.complete();
    const tree = new Tree(name);
    const stop = () => tree.stop();
    const unfollow = onAbort(signal, stop);
    tree.run(branch).subscribe({
      next: each => {
        if (each.type === 'event') subscriber.next(each.event);
      },
      error: error => {
        unfollow();
        subscriber.error(error);
      },
      complete: () => {
        unfollow();
        subscriber.complete();
      },
    });
    return stop;
  });
