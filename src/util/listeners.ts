/** Both sides: functions that are called with each value. A smaller Subject, without RxJS. */
export class Listeners<T> {
  readonly #listeners = new Set<{ call(value: T): void }>();

  /** Returns a function that removes the listener. */
  add(call: (value: T) => void): () => void {
    // An object for each call, since the same function may be added twice.
    const listener = { call };
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  get isEmpty(): boolean {
    return this.#listeners.size === 0;
  }

  /** A listener that is added meanwhile does not get this value, nor does one that is removed meanwhile. */
  call(value: T): void {
    for (const listener of [...this.#listeners]) if (this.#listeners.has(listener)) listener.call(value);
  }
}
