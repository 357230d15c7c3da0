/** Parent side: tells when a pool is ready. */
import type { Observable as ObservableType, Observer } from 'rxjs';
import { BoundObserver } from '../../../util/bound-observer';

export class Readiness {
  readonly #onAwaited: () => void;
  readonly #subscribers = new Set<Observer<void>>();
  /** Set when the pool is ready, or could not get ready. */
  #outcome: { error?: unknown } | undefined;

  /** `onAwaited` is called when somebody begins to wait, and when nobody waits any more. */
  constructor(onAwaited: () => void) {
    this.#onAwaited = onAwaited;
  }

  /** Whether somebody waits for the pool to be ready. */
  get isAwaited(): boolean {
    return this.#subscribers.size > 0;
  }

  /** Emits once when the pool is ready, and completes. Errors with what prevented it. Replayed. */
  observe(): ObservableType<void> {
    const { Observable } = require('rxjs/internal/Observable') as typeof import('rxjs');
    return new Observable<void>(subscriber => {
      if (this.#outcome) return tell(subscriber, this.#outcome);
      const observer = new BoundObserver(subscriber);
      this.#subscribers.add(observer);
      subscriber.add(() => {
        if (this.#subscribers.delete(observer)) this.#onAwaited();
      });
      this.#onAwaited();
    });
  }

  succeed(): void {
    this.#settle({});
  }

  fail(error: unknown): void {
    this.#settle({ error });
  }

  /** The first outcome counts. */
  #settle(outcome: { error?: unknown }): void {
    if (this.#outcome) return;
    this.#outcome = outcome;
    const subscribers = [...this.#subscribers];
    this.#subscribers.clear();
    for (const subscriber of subscribers) tell(subscriber, outcome);
  }
}

function tell(subscriber: Observer<void>, outcome: { error?: unknown }): void {
  if ('error' in outcome) return subscriber.error(outcome.error);
  subscriber.next();
  subscriber.complete();
}
