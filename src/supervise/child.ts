/** Parent side: one child of a supervisor: its runs, and what their ends ask for. */
import { defer, mergeMap, type Observable, of, takeUntil, tap } from 'rxjs';
import { delayAfter, earlierFailures } from './backoff';
import { type Branch, type Signal, UP } from './branch';
import type { ChildFactory } from './children';
import type { Settings } from './options';
import { asksForRestart, type Ended } from './restart-policy';
import { type RunConfig, run } from './run';

/** Each subscription is one run. It fails, or is up for good where no restart is asked for; a stop is no failure. */
export function child(key: string, factory: ChildFactory, settings: Settings, nest: RunConfig['nest']): Branch {
  const { backoff, scheduler, random } = settings;
  const policy = settings.restart(key);
  let attempts = 0;
  let failures = 0;

  return stop =>
    defer(() => {
      // Not even together with others, as a temporary child in OTP.
      if (policy === 'never' && attempts > 0) return of(UP);
      attempts += 1;
      const attempt = attempts;
      let upAt: number | undefined;

      const judge = (ended: Ended): Signal => {
        if (!asksForRestart(policy, ended)) return UP;
        const at = scheduler.now();
        const { exit, error } = ended;
        const earlier = earlierFailures(failures, upAt === undefined ? 0 : at - upAt, backoff);
        failures = earlier + 1;
        return {
          type: 'failed',
          failure: { child: key, attempt, at, ...(exit && { exit }), ...(error && { error }) },
          delay: delayAfter(earlier, backoff, random()),
        };
      };

      return run(factory, { key, attempt, nest }, stop).pipe(
        tap(({ type }) => {
          if (type === 'up') upAt ??= scheduler.now();
        }),
        mergeMap((signal): Observable<Signal> => {
          if (signal.type !== 'ended') return of(signal);
          return defer(() => of(judge(signal))).pipe(takeUntil(stop.began$));
        }),
      );
    });
}
