/** Child side: tells code that the task started from code that the module runs again as it is loaded. */
import type { AsyncLocalStorage } from 'node:async_hooks';
import { pathToFileURL } from 'node:url';
import type { PrimeOrder } from '../protocol/to-child';
import { isSamePath, moduleCache } from '../util/module-cache';
import { bootExports } from './boot-exports';
import { hookCompile } from './load/hook-compile';

/** From Node 24 on, an AsyncLocalStorage costs next to nothing. Before, it makes each await three times slower. */
const IS_STORAGE_CHEAP = Number(process.versions.node.split('.')[0]) >= 24;

/**
 * A module may go on running code of its own after it is loaded: its timers, servers and listeners. Then only an
 * AsyncLocalStorage tells that code from the task's. Where it costs much, a flag is used instead if the module left
 * nothing behind that could run its code: everything that runs after the load belongs to the task.
 */
export class WorkContext {
  readonly #prime: Pick<PrimeOrder, 'module' | 'load' | 'mainScript'>;
  #storage: AsyncLocalStorage<true> | undefined;
  /** Tells code of the main script from other code, if the task has required that script. */
  #mainScriptStorage: AsyncLocalStorage<true> | undefined;
  #hasBegun = false;
  #hasEnded = false;
  #isLeftBehind = false;

  constructor(prime: Pick<PrimeOrder, 'module' | 'load' | 'mainScript'>) {
    this.#prime = prime;
  }

  /** Whether `module` is the script that the topmost parent was started with. */
  isMainScript(module: string): boolean {
    const { mainScript } = this.#prime;
    if (mainScript === null) return false;
    return isSamePath(module, module.startsWith('file:') ? pathToFileURL(mainScript).href : mainScript);
  }

  /** Loads the module, and finds out whether it left something behind. */
  async watch<T>(load: () => Promise<T>): Promise<T> {
    if (IS_STORAGE_CHEAP) return load();
    const { watchLeftBehind } = require('./load/left-behind') as typeof import('./load/left-behind');
    const leftBehind = watchLeftBehind(this.#prime.load);
    const loaded = await load();
    this.#isLeftBehind = await leftBehind();
    return loaded;
  }

  /** The module is loaded, and the task begins. `hasReplayed`: the module has constructed instances while it loaded. */
  begin(hasReplayed: boolean): void {
    this.#hasBegun = true;
    this.#setMainScriptApart();
    const goesOn = hasReplayed || this.#isLeftBehind || this.#replaysMainScript() || bootExports().wasPreloaded;
    if (!IS_STORAGE_CHEAP && !goesOn) return;
    const { AsyncLocalStorage } = require('node:async_hooks') as typeof import('node:async_hooks');
    this.#storage = new AsyncLocalStorage();
  }

  /** The process is exiting. The `exit` listeners of the module run in the context of whoever called process.exit. */
  end(): void {
    this.#hasEnded = true;
  }

  /** Calls `work` as a part of the task, if the task has begun. */
  enter<T>(work: () => T): T {
    return this.#storage ? this.#storage.run(true, work) : work();
  }

  /** Whether the code that reads this is a part of the task. */
  get isWork(): boolean {
    if (this.#hasEnded || this.#isLoadingMainScript() || this.#mainScriptStorage?.getStore()) return false;
    return this.#storage ? this.#storage.getStore() === true : this.#hasBegun;
  }

  /** Whether the top level of a main script in CommonJS is running: the task has required it. */
  #isLoadingMainScript(): boolean {
    const { mainScript } = this.#prime;
    return mainScript !== null && moduleCache[mainScript]?.loaded === false;
  }

  /** The task may require the main script. What the script starts by itself, then or later, is no part of the task. */
  #setMainScriptApart(): void {
    const { mainScript } = this.#prime;
    if (mainScript === null || moduleCache[mainScript]) return;
    const removeHook = hookCompile((filename, source, compile) => {
      if (filename !== mainScript) return compile(source);
      removeHook();
      const { AsyncLocalStorage } = require('node:async_hooks') as typeof import('node:async_hooks');
      this.#mainScriptStorage = new AsyncLocalStorage();
      return this.#mainScriptStorage.run(true, () => compile(source));
    });
  }

  /** Whether the main script has run again in this process. */
  #replaysMainScript(): boolean {
    const { module, mainScript } = this.#prime;
    return this.isMainScript(module) || (mainScript !== null && moduleCache[mainScript] !== undefined);
  }
}
