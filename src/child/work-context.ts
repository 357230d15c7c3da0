/** Child side: tells code that the task started from code that the module runs again as it is loaded. */
import type { AsyncLocalStorage } from 'node:async_hooks';
import { pathToFileURL } from 'node:url';
import type { PrimeOrder } from '../protocol/to-child';
import { moduleCache } from '../util/module-cache';

/**
 * A module that is the main script may go on running code of its own after it is loaded. Then only an AsyncLocalStorage
 * tells that code from the task's. It makes each await three times slower on Node 20 and 22 (not from 24 on). So for
 * other modules a flag is used there: everything that runs after the load belongs to the task.
 */
export class WorkContext {
  readonly #prime: Pick<PrimeOrder, 'module' | 'mainScript'>;
  #storage: AsyncLocalStorage<true> | undefined;
  #hasBegun = false;

  constructor(prime: Pick<PrimeOrder, 'module' | 'mainScript'>) {
    this.#prime = prime;
  }

  /** Whether `module` is the script that the topmost parent was started with. */
  isMainScript(module: string): boolean {
    const { mainScript } = this.#prime;
    return mainScript !== null && (module === mainScript || module === pathToFileURL(mainScript).href);
  }

  /** The module is loaded, and the task begins. */
  begin(): void {
    this.#hasBegun = true;
    if (!this.#replaysMainScript() && Number(process.versions.node.split('.')[0]) < 24) return;
    const { AsyncLocalStorage } = require('node:async_hooks') as typeof import('node:async_hooks');
    this.#storage = new AsyncLocalStorage();
  }

  /** Calls `work` as a part of the task, if the task has begun. */
  enter<T>(work: () => T): T {
    return this.#storage ? this.#storage.run(true, work) : work();
  }

  /** Whether the code that reads this is a part of the task. */
  get isWork(): boolean {
    return this.#storage ? this.#storage.getStore() === true : this.#hasBegun;
  }

  /** Whether the main script has run again in this process. */
  #replaysMainScript(): boolean {
    const { module, mainScript } = this.#prime;
    return this.isMainScript(module) || (mainScript !== null && moduleCache[mainScript] !== undefined);
  }
}
