/** Parent side: branches that start one after the other, and stop in reverse. */
import { defer, filter, finalize, merge, mergeMap, of, ReplaySubject, take, takeUntil, tap } from 'rxjs';
import { type Branch, UP } from './branch';

/** What follows the last one. */
export const none: Branch = () => of(UP);

/** `next` starts when `first` is up, and `first` is told to stop when `next` is gone. Up when both are. */
export const followedBy =
  (first: Branch, next: Branch): Branch =>
  ({ began$, turn$ }) =>
    defer(() => {
      const up$ = new ReplaySubject<void>(1);
      const nextGone$ = new ReplaySubject<void>(1);

      const next$ = up$.pipe(
        take(1),
        takeUntil(began$),
        mergeMap(() => next({ began$, turn$ })),
        finalize(() => nextGone$.next()),
      );
      const firstTurn$ = turn$.pipe(
        take(1),
        mergeMap(() => nextGone$),
      );
      const first$ = first({ began$, turn$: firstTurn$ }).pipe(
        tap(({ type }) => {
          if (type === 'up') up$.next();
        }),
        filter(({ type }) => type !== 'up'),
        // If it was never up, nothing follows it.
        finalize(() => up$.complete()),
      );
      return merge(next$, first$);
    });

export const inOrder = (branches: readonly Branch[]): Branch =>
  branches.reduceRight((next, branch) => followedBy(branch, next), none);
