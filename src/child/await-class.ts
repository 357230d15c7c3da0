/** Child side: lets a spare for any class load what its start will need, until it waits for its class. */
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { setImmediate } from '../util/timers';
import { ignoreGroupSignals } from './group-signals';
import { warmUp } from './warm-up';

/** Most ES modules that define a class import this one. It also prepares Node for ES modules. */
const OWN_ES_MODULE = pathToFileURL(path.join(__dirname, '..', 'index.mjs')).href;

/** Calls `goOn`, which blocks until there is an order. */
export function awaitClass(importModule: (url: string) => Promise<unknown>, goOn: () => void): void {
  ignoreGroupSignals();
  warmUp('once');
  const next = () => setImmediate(goOn);
  importModule(OWN_ES_MODULE).then(next, next);
}
