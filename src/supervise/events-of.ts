/** Parent side: turns a branch into the stream of events that users subscribe to. */
import { Observable, ReplaySubject } from 'rxjs';
import type { Branch, TreeEvent } from './branch';

/** Emits the events of a branch. Unsubscribing asks the branch to stop, and does not wait for its end. */
export const eventsOf = (branch: Branch): Observable<TreeEvent> =>
  new Observable(subscriber => {
    const stop$ = new ReplaySubject<void>(1);
    branch({ began$: stop$, turn$: stop$ }).subscribe({
      next(signal) {
        if (signal.type === 'event') subscriber.next(signal.event);
      },
      error: error => subscriber.error(error),
      complete: () => subscriber.complete(),
    });
    return () => stop$.next();
  });
