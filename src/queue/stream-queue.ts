/** Both sides: an Observable whose values wait while it has no subscriber. */
import type { Observable, Observer } from 'rxjs';
import { BoundObserver } from '../util/bound-observer';
import { Fifo } from '../util/fifo';
import { setTimeout } from '../util/timers';
import { type IteratorSource, QueueIterator } from './queue-iterator';

export interface StreamQueueConfig {
  /** How many values may wait. If one more arrives, the oldest is dropped. */
  limit: number;
  /** Called for each value that is dropped. */
  onOverflow(): void;
  /** Values that wait from the beginning. There may be more than `limit`. */
  first?: Iterable<unknown>;
}

/**
 * While nobody is subscribed, values wait. The next subscriber gets them, together with those who subscribe meanwhile.
 * If all unsubscribe before they have got all, the remaining values wait on. While somebody is subscribed, values are
 * multicast and not replayed.
 *
 * Not an RxJS Subject: this class passes a value on in half the time, and with a Subject a child that uses `command$`
 * would load half of RxJS.
 */
export class StreamQueue<T> {
  readonly #config: StreamQueueConfig;
  readonly #waiting: Fifo<T>;
  /** Replaced, never changed in place, since an observer may unsubscribe while a value is passed to all. */
  #observers: readonly Observer<T>[] = [];
  /** While waiting values are passed on. A value that arrives meanwhile waits behind them. */
  #isDraining = false;
  /** Passes the end to an observer; undefined until there is an end. */
  #end: ((observer: Observer<T>) => void) | undefined;
  #value$: Observable<T> | undefined;

  constructor(config: StreamQueueConfig) {
    this.#config = config;
    this.#waiting = new Fifo([...(config.first ?? [])] as T[]);
  }

  next(value: T): void {
    if (this.#observers.length > 0 && !this.#isDraining) return this.#emit(value);
    this.#waiting.push(value);
    if (this.#waiting.length <= this.#config.limit) return;
    this.#waiting.shift();
    this.#config.onOverflow();
  }

  error(error: unknown): void {
    this.#endWith(observer => observer.error(error));
  }

  complete(): void {
    this.#endWith(observer => observer.complete());
  }

  /**
   * Emits the values. Completes or errors as the queue does, after the values that wait. Calls each subscriber in the
   * async context in which it has subscribed.
   */
  get value$(): Observable<T> {
    if (this.#value$) return this.#value$;
    // Loaded on first use.
    const { Observable } = require('rxjs/internal/Observable') as typeof import('rxjs');
    this.#value$ = new Observable(subscriber => {
      const observer = new BoundObserver(subscriber);
      // Before the subscription, since the subscriber may unsubscribe while it gets the waiting values.
      subscriber.add(() => this.#unsubscribe(observer));
      // forkJoin subscribes with a closed subscriber if another source has completed without a value.
      if (!subscriber.closed) this.#subscribe(observer);
    });
    return this.#value$;
  }

  /**
   * Passes values to `onValue` as `value$` does, until the returned function is called: without RxJS, and in the async
   * context of whoever adds the value. What `onValue` throws is thrown again in a timer, as uncaught, so it does not reach
   * whoever adds the value.
   */
  listen(onValue: (value: T) => void): () => void {
    const observer: Observer<T> = {
      next(value) {
        try {
          onValue(value);
        } catch (error) {
          setTimeout(() => {
            throw error;
          });
        }
      },
      error() {},
      complete() {},
    };
    this.#subscribe(observer);
    return () => this.#unsubscribe(observer);
  }

  /** Iterates over the values, and buffers those that arrive between two steps. Unread values wait on when it ends. */
  iterate(hooks: Pick<IteratorSource<T>, 'begin' | 'consumed' | 'end'>): QueueIterator<T> {
    return new QueueIterator({
      ...hooks,
      subscribe: observer => this.#subscribe(observer),
      unsubscribe: (observer, unread) => {
        this.#unsubscribe(observer);
        if (this.#observers.length === 0) this.#waiting.putBack(unread);
      },
    });
  }

  #subscribe(observer: Observer<T>): void {
    this.#observers = [...this.#observers, observer];
    this.#drain();
  }

  #unsubscribe(observer: Observer<T>): void {
    this.#observers = this.#observers.filter(each => each !== observer);
  }

  #drain(): void {
    if (this.#isDraining) return;
    this.#isDraining = true;
    try {
      while (this.#waiting.length > 0 && this.#observers.length > 0) this.#emit(this.#waiting.shift() as T);
    } finally {
      this.#isDraining = false;
    }
    if (this.#end && this.#waiting.length === 0) this.#emitEnd(this.#end);
  }

  #emit(value: T): void {
    const observers = this.#observers;
    for (let at = 0; at < observers.length; at++) (observers[at] as Observer<T>).next(value);
  }

  #endWith(end: (observer: Observer<T>) => void): void {
    if (this.#end) return;
    this.#end = end;
    if (!this.#isDraining) this.#emitEnd(end);
  }

  #emitEnd(end: (observer: Observer<T>) => void): void {
    const observers = this.#observers;
    this.#observers = [];
    for (const observer of observers) end(observer);
  }
}
