/** Parent side: a branch that consists of one child. */
import { Observable } from 'rxjs';
import { type Branch, UP } from './branch';
import type { ChildFactory } from './child-factories';
import { ChildRuns } from './child-runs';
import type { Settings } from './options';
import { Policy } from './policy';
import type { ChildConfig } from './run';

/**
 * Each subscription is one run of the child, and those that are asked for by hand. At its end it emits `failed` if the
 * policy asks for a restart, and `up` if not. After a stop it emits neither.
 */
export function child(factory: ChildFactory, config: ChildConfig, settings: Settings, isDynamic = false): Branch {
  const policy = new Policy(config.key, settings);
  return context =>
    new Observable(subscriber => {
      const control = context.controls?.of([...context.path, config.key]);
      // As a temporary child in OTP, it is not restarted together with others either.
      const mayStart = !policy.isSpent && !control?.isStopped;
      if (!mayStart && !control) {
        subscriber.next(UP);
        subscriber.complete();
        return;
      }
      new ChildRuns({ factory, config, policy, context, control, isDynamic, settings, subscriber }).begin(mayStart);
    });
}
