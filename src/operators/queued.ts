/** Both sides: values wait until somebody subscribes. */
import { Observable } from 'rxjs/internal/Observable';
import { Subject } from 'rxjs/internal/Subject';

export interface QueueConfig {
  /** How many values wait at the most; older ones go. */
  limit: number;
  /** Called at the first value that goes. */
  onOverflow(): void;
  /** What waits from the beginning, however much it is. */
  first?: Iterable<unknown>;
}

/**
 * Subscribes to its source at once. While nobody is subscribed, values wait; a subscriber takes from them, what it
 * leaves stays. While somebody is, values are multicast and not replayed. Completes or errors with its source, once
 * what waits is taken.
 *
 * Imports two files of RxJS and not the whole, since a child that touches `command$` loads it on its way.
 */
export function queued<T>(source$: Observable<T>, { limit, onOverflow, first = [] }: QueueConfig): Observable<T> {
  const waiting = [...first] as T[];
  const live$ = new Subject<T>();
  let overflown = false;

  source$.subscribe({
    next(value) {
      if (live$.observed) return live$.next(value);
      waiting.push(value);
      if (waiting.length <= limit) return;
      waiting.shift();
      if (!overflown) onOverflow();
      overflown = true;
    },
    error: error => live$.error(error),
    complete: () => live$.complete(),
  });

  return new Observable(subscriber => {
    while (waiting.length > 0 && !subscriber.closed) subscriber.next(waiting.shift() as T);
    return subscriber.closed ? undefined : live$.subscribe(subscriber);
  });
}
