/** Both sides: calls an observer in the async context in which it was made: see AsyncLocalStorage. */
import { AsyncResource } from 'node:async_hooks';
import type { Observer } from 'rxjs';

/**
 * Values come from a socket, whose context is that of the code that made the process: of another request, if a pool or
 * a spare serves many. https://nodejs.org/api/async_context.html#integrating-asyncresource-with-eventemitter
 */
export class BoundObserver<T> implements Observer<T> {
  readonly #context = new AsyncResource('Subscription');
  readonly #observer: Observer<T>;

  constructor(observer: Observer<T>) {
    this.#observer = observer;
  }

  next(value: T): void {
    this.#context.runInAsyncScope(this.#observer.next, this.#observer, value);
  }

  error(error: unknown): void {
    this.#context.runInAsyncScope(this.#observer.error, this.#observer, error);
  }

  complete(): void {
    this.#context.runInAsyncScope(this.#observer.complete, this.#observer);
  }
}
