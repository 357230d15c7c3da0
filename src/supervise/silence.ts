/** Parent side: an operator that tells when a child gives no sign of life. */
import { Observable, type SchedulerLike, type Subscription } from 'rxjs';
import type { SubprocessEvent } from '../index';
import { LONGEST_TIMER } from '../util/clock';

/** Events that are signs of life. The first one begins the watch. */
const SIGNS: readonly SubprocessEvent['type'][] = ['ready', 'message', 'iteration', 'alive'];
/** Events that end the watch. Other limits hold from then on, such as the grace. */
const ENDS: readonly SubprocessEvent['type'][] = ['result', 'failed', 'stopping', 'exited'];

/**
 * Emits true when the child has given no sign of life for `ms` milliseconds, and false at the next sign or before it
 * completes. The watch begins when the child is ready. The sleep that follows an iteration does not count. Completes
 * when the work of the child is over or is to stop, or the source completes. Errors as the source does.
 */
export const silence =
  (ms: number, scheduler: SchedulerLike) =>
  (event$: Observable<Pick<SubprocessEvent, 'type'>>): Observable<boolean> =>
    new Observable(subscriber => {
      let due = 0;
      let isSilent = false;
      let timer: Subscription | undefined;
      // One timer for many signs: it looks whether another sign has come since it was set.
      const wait = () => {
        const delay = Math.min(due - scheduler.now(), LONGEST_TIMER);
        timer = scheduler.schedule(() => {
          timer = undefined;
          if (scheduler.now() < due) return wait();
          isSilent = true;
          subscriber.next(true);
        }, delay);
        subscriber.add(timer);
      };
      subscriber.add(() => timer?.unsubscribe());
      const over = () => {
        if (isSilent) subscriber.next(false);
        subscriber.complete();
      };
      subscriber.add(
        event$.subscribe({
          next(event) {
            if (ENDS.includes(event.type)) return over();
            if (!SIGNS.includes(event.type)) return;
            due = scheduler.now() + ms + sleepAfter(event);
            if (isSilent) {
              isSilent = false;
              subscriber.next(false);
            }
            if (!timer) wait();
          },
          error: error => subscriber.error(error),
          complete: over,
        }),
      );
    });

/** ms that the child sleeps after an event. */
const sleepAfter = (event: { type: string; sleep?: number | false }): number =>
  event.type === 'iteration' && typeof event.sleep === 'number' ? event.sleep : 0;
