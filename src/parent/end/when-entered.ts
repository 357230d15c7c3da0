/** Parent side: waits until a child has entered its work. */
import { filter, merge, type Observable, switchMap, take, timer } from 'rxjs';
import { ofType } from '../../operators/of-type';
import { realTime } from '../../util/real-time';
import { dateNow } from '../../util/timers';
import type { Journal } from '../follow/journal';

/** ms after `ready` within which a child must enter `run`. With the limit, a `run` that blocks can still be killed. */
export const ENTER_LIMIT_MS = 250;

/** Emits once and completes: when `run` is entered, when the time for that is over, or when the child has ended. */
export function whenEntered({ exit$, lifecycle$, milestone$ }: Journal): Observable<unknown> {
  const late$ = lifecycle$.pipe(
    ofType('ready'),
    // Counted from the event, which may be a replayed one.
    switchMap(({ at }) => timer(Math.max(0, at + ENTER_LIMIT_MS - dateNow()), realTime)),
  );
  const entered$ = milestone$.pipe(filter(milestone => milestone === 'entered'));
  return merge(entered$, late$, exit$).pipe(take(1));
}
