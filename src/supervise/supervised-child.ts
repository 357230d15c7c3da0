/** Parent side: a branch that consists of one child. */
import { defer, mergeMap, type Observable, of, takeUntil, tap } from 'rxjs';
import { delayAfter, earlierFailures } from './backoff';
import { type Branch, type Signal, UP } from './branch';
import type { ChildFactory } from './child-factories';
import type { Settings } from './options';
import { asksForRestart, type ChildEnd } from './restart-policy';
import { type RunConfig, run } from './run';

/**
 * Each subscription is one run of the child. At its end it emits `failed` if the policy asks for a restart, and `up` if
 * not. After a stop it emits neither.
 */
export function child(factory: ChildFactory, config: Omit<RunConfig, 'attempt'>, settings: Settings): Branch {
  const { key } = config;
  const { backoff, scheduler, random } = settings;
  const policy = settings.restart(key);
  let attempts = 0;
  let failuresInARow = 0;

  return context =>
    defer(() => {
      // As a temporary child in OTP, it is not restarted together with others either.
      if (policy === 'never' && attempts > 0) return of(UP);
      attempts += 1;
      const attempt = attempts;
      let readyAt: number | undefined;

      const signalFor = (end: ChildEnd): Signal => {
        if (!asksForRestart(policy, end)) return UP;
        const at = scheduler.now();
        const { exit, error } = end;
        const uptime = readyAt === undefined ? 0 : at - readyAt;
        const earlier = earlierFailures(failuresInARow, uptime, backoff);
        failuresInARow = earlier + 1;
        return {
          type: 'failed',
          failure: { child: key, attempt, at, ...(exit && { exit }), ...(error && { error }) },
          delay: delayAfter(earlier, backoff, random()),
        };
      };

      return run(factory, { ...config, attempt }, context).pipe(
        tap(({ type }) => {
          if (type === 'up') readyAt ??= scheduler.now();
        }),
        mergeMap((signal): Observable<Signal> => {
          if (signal.type !== 'ended') return of(signal);
          return defer(() => of(signalFor(signal))).pipe(takeUntil(context.began$));
        }),
      );
    });
}
