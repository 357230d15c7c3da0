/** Child side: lets a spare for any class load what its start will need, until it waits for its class. */
import { setImmediate } from '../util/timers';
import { bootExports } from './boot-exports';
import { ignoreGroupSignals } from './group-signals';
import { warmUp } from './warm-up';

/** Calls `goOn`, which blocks until there is an order. */
export function awaitClass(goOn: () => void): void {
  ignoreGroupSignals();
  warmUp('once');
  const next = () => setImmediate(goOn);
  const { importModule, packageUrl } = bootExports();
  // Most ES modules that define a class import this one. It also prepares Node for ES modules.
  importModule(packageUrl()).then(next, next);
}
