/** Parent side: the subscription to a worker's messages, which keeps the parent alive while the worker has items. */
import { clearTimeout, setTimeout } from '../../../util/timers';

/**
 * How long the subscription stays after `unref`: this many ms, or up to twice as many. Mostly the next item comes
 * before, and subscribing again takes as long as sending an item.
 */
const UNREF_DELAY = 20;

export class MessageSubscription {
  readonly #subscribe: () => () => void;
  #unsubscribe: (() => void) | undefined;
  #isOpen = false;
  #isRef = false;
  /** Whether `ref` was called since the timer was set. */
  #wasRef = false;
  #timer: NodeJS.Timeout | undefined;

  /** `subscribe` returns the function that unsubscribes. */
  constructor(subscribe: () => () => void) {
    this.#subscribe = subscribe;
  }

  /** Subscribes, and keeps the parent alive. Messages that wait are delivered within this call. */
  ref(): void {
    this.#isRef = true;
    this.#wasRef = true;
    if (this.#isOpen) return;
    // Set before, since a message that is delivered within subscribe() may call this method again.
    this.#isOpen = true;
    this.#unsubscribe = this.#subscribe();
  }

  /** Has the messages delivered that wait, and does not keep the parent alive for longer than `unref` does. */
  read(): void {
    if (this.#isOpen) return;
    this.#isOpen = true;
    this.#unsubscribe = this.#subscribe();
    if (!this.#isRef) this.unref();
  }

  /** Unsubscribes after a while, unless `ref` is called before. Messages wait until then. */
  unref(): void {
    this.#isRef = false;
    if (this.#isOpen && !this.#timer) this.#closeLater();
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#unsubscribe?.();
    this.#isOpen = false;
  }

  /** One timer serves many calls: if `ref` was called meanwhile, it is set again, and not with each call. */
  #closeLater(): void {
    this.#wasRef = false;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (this.#isRef) return;
      if (this.#wasRef) this.#closeLater();
      else this.close();
    }, UNREF_DELAY).unref();
  }
}
