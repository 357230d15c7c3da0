/** Child side: the request to stop, which comes from an order, a signal or the parent's end. */
import { debugLog, isLogging } from '../diagnostics/debug-log';
import { platform } from '../platform/platform';

export interface StopConfig {
  /** Called when a stop is asked for. */
  onAsked(): void;
  /** Called when an order to stop is handled from then on. Not called where SIGTERM is such an order. */
  onHandled(): void;
  /** Calls its argument, as a part of the task. */
  enter(callListeners: () => void): void;
}

export class StopRequest {
  #asked = false;
  #listeners = new Set<() => void>();
  readonly #config: StopConfig;

  constructor(config: StopConfig) {
    this.#config = config;
  }

  get asked(): boolean {
    return this.#asked;
  }

  /** Whether a SIGTERM asks for a stop instead of ending the process. */
  get handlesSigterm(): boolean {
    return process.listeners('SIGTERM').includes(this.#onSignal);
  }

  isListener(listener: object): boolean {
    return listener === this.#onSignal;
  }

  /** From now on, a SIGTERM asks for a stop. */
  handleSigterm(): void {
    if (this.handlesSigterm) return;
    this.listen();
    if (!platform.stop.hasSigterm) this.#config.onHandled();
  }

  protected listen(): void {
    process.on('SIGTERM', this.#onSignal);
  }

  ask(): void {
    if (this.#asked) return;
    this.#config.onAsked();
    this.#asked = true;
    this.#config.enter(() => {
      for (const listener of this.#listeners) listener();
    });
    this.#listeners.clear();
  }

  /** Calls `listener` once: now, if a stop was asked for already. Returns a function that removes the listener. */
  whenAsked(listener: () => void): () => void {
    if (this.#asked) listener();
    else this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  readonly #onSignal = () => {
    if (isLogging) debugLog('this process', 'got SIGTERM, which asks the task to stop');
    this.ask();
  };
}
