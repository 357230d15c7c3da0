/** Parent side: turns a branch into the stream of events that users subscribe to. */
import { finalize, merge, Observable, ReplaySubject } from 'rxjs';
import { TaskOwner } from '../owners';
import type { Branch, TreeEvent } from './branch';

/**
 * Emits the events of a branch. Unsubscribing asks the branch to stop, and does not wait for its end. At the end of this
 * process, and at `shutdownAll()`, the owner is retired: nothing is started from then on, and the tasks are ended from
 * there, in their order.
 */
export const eventsOf = (branch: Branch): Observable<TreeEvent> =>
  new Observable(subscriber => {
    const stop$ = new ReplaySubject<void>(1);
    const retired$ = new ReplaySubject<void>(1);
    const owner = new TaskOwner(() => retired$.next());
    branch({ began$: merge(stop$, retired$), turn$: stop$, owner })
      .pipe(finalize(() => owner.release()))
      .subscribe({
        next(signal) {
          if (signal.type === 'event') subscriber.next(signal.event);
        },
        error: error => subscriber.error(error),
        complete: () => subscriber.complete(),
      });
    return () => stop$.next();
  });
