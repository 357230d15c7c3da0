/** Child side: tells code that `run` set going from code of the module that runs once more. */
import type { AsyncLocalStorage } from 'node:async_hooks';
import { pathToFileURL } from 'node:url';
import type { PrimeOrder } from '../protocol/to-child';
import { moduleCache } from '../util/module-cache';

/**
 * Where code of the module may construct later by itself, the asynchronous context tells. It makes awaits three times
 * slower on Node 20 and 22 (not from 24 on), so elsewhere a flag does: what comes after the load is the work.
 */
export class WorkContext {
  readonly #prime: Pick<PrimeOrder, 'module' | 'mainScript'>;
  #storage: AsyncLocalStorage<true> | undefined;
  #begun = false;

  constructor(prime: Pick<PrimeOrder, 'module' | 'mainScript'>) {
    this.#prime = prime;
  }

  /** Whether `module` is the script that the first parent was started with. */
  isMainScript(module: string): boolean {
    const { mainScript } = this.#prime;
    return mainScript !== null && (module === mainScript || module === pathToFileURL(mainScript).href);
  }

  /** The module is loaded: what is constructed from now on may be the work's. */
  begin(): void {
    this.#begun = true;
    if (!this.#replaysMainScript() && Number(process.versions.node.split('.')[0]) < 24) return;
    const { AsyncLocalStorage } = require('node:async_hooks') as typeof import('node:async_hooks');
    this.#storage = new AsyncLocalStorage();
  }

  /** Calls `work` as part of the task, once that has begun. */
  enter<T>(work: () => T): T {
    return this.#storage ? this.#storage.run(true, work) : work();
  }

  /** Whether the code that asks is part of the task. */
  get isWork(): boolean {
    return this.#storage ? this.#storage.getStore() === true : this.#begun;
  }

  /** Whether that script has run here once more. */
  #replaysMainScript(): boolean {
    const { module, mainScript } = this.#prime;
    return this.isMainScript(module) || (mainScript !== null && moduleCache[mainScript] !== undefined);
  }
}
