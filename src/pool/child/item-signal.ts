/** Child side: what `work` gets besides its item: a signal that is made when it is used. */
import type { ItemContext } from '../subprocess-worker';

/** Called when the work first uses its signal. */
export interface SignalUser {
  onSignalUsed(signal: ItemSignal): void;
}

export class ItemSignal implements ItemContext {
  readonly #user: SignalUser;
  #abort: AbortController | undefined;
  #reason: DOMException | undefined;

  constructor(user: SignalUser) {
    this.#user = user;
  }

  get signal(): AbortSignal {
    if (this.#abort) return this.#abort.signal;
    const abort = new AbortController();
    // Else Node 20 warns of a leak when more than ten operations listen to the signal.
    (require('node:events') as typeof import('node:events')).setMaxListeners(0, abort.signal);
    if (this.#reason) abort.abort(this.#reason);
    this.#abort = abort;
    this.#user.onSignalUsed(this);
    return abort.signal;
  }

  get isUsed(): boolean {
    return this.#abort !== undefined;
  }

  get isCanceled(): boolean {
    return this.#reason !== undefined;
  }

  /** Aborts the signal. `isLate`: because the work takes too long. */
  cancel(isLate: boolean): void {
    if (this.#reason) return;
    this.#reason = isLate
      ? new DOMException('The work took longer than the timeout', 'TimeoutError')
      : new DOMException('The item was canceled', 'AbortError');
    this.#abort?.abort(this.#reason);
  }
}
