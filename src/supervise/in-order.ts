/** Parent side: combines branches that start one after the other and stop in reverse order. */
import { defer, filter, finalize, merge, mergeMap, of, ReplaySubject, take, takeUntil, tap } from 'rxjs';
import { type Branch, UP } from './branch';

/** A branch without children, to follow the last one. */
export const emptyBranch: Branch = () => of(UP);

/** `next` starts when `first` is up. `first` is asked to stop when `next` has ended. Emits `up` when both are up. */
export const followedBy =
  (first: Branch, next: Branch): Branch =>
  context =>
    defer(() => {
      const { began$, turn$ } = context;
      const up$ = new ReplaySubject<void>(1);
      const nextEnded$ = new ReplaySubject<void>(1);

      const next$ = up$.pipe(
        take(1),
        takeUntil(began$),
        mergeMap(() => next(context)),
        finalize(() => nextEnded$.next()),
      );
      const firstTurn$ = turn$.pipe(
        take(1),
        mergeMap(() => nextEnded$),
      );
      const first$ = first({ ...context, turn$: firstTurn$ }).pipe(
        tap(({ type }) => {
          if (type === 'up') up$.next();
        }),
        filter(({ type }) => type !== 'up'),
        // If `first` was never up, `next` never starts.
        finalize(() => up$.complete()),
      );
      return merge(next$, first$);
    });

/** `last` follows the last branch. */
export const inOrder = (branches: readonly Branch[], last: Branch): Branch =>
  branches.reduceRight((next, branch) => followedBy(branch, next), last);
