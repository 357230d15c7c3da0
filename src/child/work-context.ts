/** Child side: tells code that `run` set going from code of the module that runs once more. */
import type { AsyncLocalStorage } from 'node:async_hooks';

/**
 * Where code of the module may construct later by itself, the asynchronous context tells. It makes awaits three times
 * slower on Node 20 and 22 (not from 24 on), so elsewhere a flag does: what comes after the load is the work.
 */
export class WorkContext {
  readonly #replays: () => boolean;
  #storage: AsyncLocalStorage<true> | undefined;
  #begun = false;

  /** `replays`: whether such code was loaded; asked when the work begins. */
  constructor(replays: () => boolean) {
    this.#replays = replays;
  }

  /** The module is loaded: what is constructed from now on may be the work's. */
  begin(): void {
    this.#begun = true;
    if (!this.#replays() && Number(process.versions.node.split('.')[0]) < 24) return;
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
}
