/** Both sides: values that wait until somebody takes them. */
import type { Observer, Unsubscribable } from 'rxjs';
import { Observable } from 'rxjs/internal/Observable';
import { Fifo } from '../fifo';
import { OneByOne, type Taken } from './one-by-one';

export interface QueueConfig {
  /** How many values wait at the most; older ones go. */
  limit: number;
  /** Called at the first value that goes. */
  onOverflow(): void;
  /** What waits from the beginning, however much it is. */
  first?: Iterable<unknown>;
}

/**
 * While nobody is subscribed, values wait; a subscriber takes from them, what it leaves stays. While somebody is,
 * values are multicast and not replayed.
 *
 * Not a Subject, whose way to a subscriber is twice as long, and of which a child that touches `command$` would load
 * half of RxJS.
 */
export class Queue<T> {
  readonly #config: QueueConfig;
  readonly #waiting: Fifo<T>;
  /** Replaced by another and never changed, since one of them may leave while all are told. */
  #listeners: readonly Observer<T>[] = [];
  /** How a listener is told of the end, once there is one. */
  #end: ((listener: Observer<T>) => void) | undefined;
  #overflown = false;

  constructor(config: QueueConfig) {
    this.#config = config;
    this.#waiting = new Fifo([...(config.first ?? [])] as T[]);
  }

  next(value: T): void {
    const listeners = this.#listeners;
    for (const listener of listeners) listener.next(value);
    if (listeners.length > 0) return;
    this.#waiting.push(value);
    if (this.#waiting.length <= this.#config.limit) return;
    this.#waiting.shift();
    if (!this.#overflown) this.#config.onOverflow();
    this.#overflown = true;
  }

  error(error: unknown): void {
    this.#over(listener => listener.error(error));
  }

  complete(): void {
    this.#over(listener => listener.complete());
  }

  /** Completes or errors with the queue, once what waits is taken. */
  readonly value$ = new Observable<T>(subscriber => {
    while (this.#waiting.length > 0 && !subscriber.closed) subscriber.next(this.#waiting.shift() as T);
    return subscriber.closed ? undefined : this.#listen(subscriber);
  });

  /** The values one by one, however many come meanwhile; what a loop that is left has not taken waits on. */
  iterate(hooks: Pick<Taken<T>, 'begin' | 'taken' | 'end'>): OneByOne<T> {
    return new OneByOne({
      ...hooks,
      waiting: () => this.#waiting.takeAll(),
      subscribe: observer => this.#listen(observer),
      putBack: rest => {
        if (this.#listeners.length === 0) this.#waiting.putBack(rest);
      },
    });
  }

  #listen(listener: Observer<T>): Unsubscribable {
    if (this.#end) this.#end(listener);
    else this.#listeners = [...this.#listeners, listener];
    return {
      unsubscribe: () => {
        this.#listeners = this.#listeners.filter(each => each !== listener);
      },
    };
  }

  #over(end: (listener: Observer<T>) => void): void {
    if (this.#end) return;
    const listeners = this.#listeners;
    this.#end = end;
    this.#listeners = [];
    for (const listener of listeners) end(listener);
  }
}
