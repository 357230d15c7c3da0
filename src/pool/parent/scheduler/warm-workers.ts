/** Parent side: decides when workers are started before items need them, and slows that down if they crash. */
import { now } from '../../../util/clock';
import { clearTimeout, setTimeout } from '../../../util/timers';

/** ms before another worker is started after one crashed without an item. Doubles with each crash, up to the maximum. */
const FIRST_DELAY = 100;
const MAX_DELAY = 5_000;
/** A worker that has lived for this many ms before it crashed ends the count. */
const LONG_LIFE = 10_000;

export class WarmWorkers {
  readonly #minimum: number;
  readonly #retry: () => void;
  #crashes = 0;
  #timer: NodeJS.Timeout | undefined;
  #isStopped = false;

  /** `minimum`: the option `minWorkers`. `retry` is called when another worker may be started after a delay. */
  constructor(minimum: number, retry: () => void) {
    this.#minimum = minimum;
    this.#retry = retry;
  }

  /** How many of `active` workers may end because they have no items. */
  spare(active: number): number {
    return this.#isStopped ? active : Math.max(0, active - this.#minimum);
  }

  /** Whether another worker should be started, although no item needs it. */
  lacksSome(active: number): boolean {
    return active < this.#minimum && !this.#isStopped && !this.#timer;
  }

  /** A worker that was ready since `readySince`, ms, has crashed while it had no items. */
  onIdleCrash(readySince: number): void {
    if (this.#minimum === 0 || this.#isStopped) return;
    this.#crashes = now() - readySince > LONG_LIFE ? 1 : this.#crashes + 1;
    const delay = Math.min(FIRST_DELAY * 2 ** (this.#crashes - 1), MAX_DELAY);
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#retry();
    }, delay).unref();
  }

  /** From now on, workers are started only for items. */
  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
