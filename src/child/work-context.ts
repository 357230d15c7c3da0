/** Child side: tells code that `run` set going from code of the module that runs once more. */
import type { AsyncLocalStorage } from 'node:async_hooks';
import { pathToFileURL } from 'node:url';
import { moduleCache } from '../module-cache';
import type { PrimeOrder } from '../protocol/to-child';

/**
 * Where code of the module may construct later by itself, the asynchronous context tells. It makes awaits three times
 * slower on Node 20 and 22 (not from 24 on), so elsewhere a flag does: what comes after the load is the work.
 */
export class WorkContext {
  readonly #prime: Pick<PrimeOrder, 'module' | 'entry'>;
  #storage: AsyncLocalStorage<true> | undefined;
  #begun = false;

  constructor(prime: Pick<PrimeOrder, 'module' | 'entry'>) {
    this.#prime = prime;
  }

  /** Whether `module` is the script that the first parent was started with. */
  isEntry(module: string): boolean {
    const { entry } = this.#prime;
    return entry !== null && (module === entry || module === pathToFileURL(entry).href);
  }

  /** The module is loaded: what is constructed from now on may be the work's. */
  begin(): void {
    this.#begun = true;
    if (!this.#replaysEntry() && Number(process.versions.node.split('.')[0]) < 24) return;
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
  #replaysEntry(): boolean {
    const { module, entry } = this.#prime;
    return this.isEntry(module) || (entry !== null && moduleCache[entry] !== undefined);
  }
}
