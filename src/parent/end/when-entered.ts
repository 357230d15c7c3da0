/** Parent side: when a child has entered its work. */
import { filter, merge, type Observable, switchMap, take, timer } from 'rxjs';
import { ofType } from '../../operators/of-type';
import type { Journal } from '../follow/journal';

/** ms after `ready` in which a child may enter `run`, so that a busy `run` stays killable. */
export const ENTER_LIMIT = 250;

/** Emits once `run` is entered, or has had its time for it, or the child has ended; completes. */
export function whenEntered({ exit$, lifecycle$, milestone$ }: Journal): Observable<unknown> {
  const late$ = lifecycle$.pipe(
    ofType('ready'),
    // From then on, and not from now.
    switchMap(({ at }) => timer(Math.max(0, at + ENTER_LIMIT - Date.now()))),
  );
  const entered$ = milestone$.pipe(filter(milestone => milestone === 'entered'));
  return merge(entered$, late$, exit$).pipe(take(1));
}
