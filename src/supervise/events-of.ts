/** Parent side: a branch as the stream that its user subscribes to. */
import { Observable, ReplaySubject } from 'rxjs';
import type { Branch, TreeEvent } from './branch';

/** The events of a branch. Unsubscribing tells it to stop, and does not wait for that. */
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
