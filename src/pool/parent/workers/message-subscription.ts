/** Parent side: the subscription to a worker's messages, which keeps the parent alive while there are items. */
import type { Observable, Subscription } from 'rxjs';

/**
 * ms that the subscription outlives the last item, twice as long at most. Mostly the next item comes sooner, and to
 * subscribe anew takes as long as to send an item.
 */
const LINGER = 20;

export class MessageSubscription<T> {
  readonly #message$: Observable<T>;
  readonly #onMessage: (message: T) => void;
  #subscription: Subscription | undefined;
  #isOpen = false;
  #isHeld = false;
  /** Whether it was held since the linger timer was set. */
  #wasHeld = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(message$: Observable<T>, onMessage: (message: T) => void) {
    this.#message$ = message$;
    this.#onMessage = onMessage;
  }

  /** Subscribes, and keeps the parent alive. */
  hold(): void {
    this.#isHeld = true;
    this.#wasHeld = true;
    if (this.#isOpen) return;
    // Set first: the messages that wait are delivered at once, and one of them may call this again.
    this.#isOpen = true;
    this.#subscription = this.#message$.subscribe(this.#onMessage);
  }

  /** Unsubscribes after a while, if it is not held by then. */
  release(): void {
    this.#isHeld = false;
    if (this.#isOpen && !this.#timer) this.#linger();
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#subscription?.unsubscribe();
    this.#isOpen = false;
  }

  #linger(): void {
    this.#wasHeld = false;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (this.#isHeld) return;
      if (this.#wasHeld) this.#linger();
      else this.close();
    }, LINGER).unref();
  }
}
