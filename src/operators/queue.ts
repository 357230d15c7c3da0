/** Both sides: values that wait until somebody takes them. */
import { Observable } from 'rxjs/internal/Observable';
import { Subject } from 'rxjs/internal/Subject';
import { Fifo } from '../fifo';

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
 * Imports two files of RxJS and not the whole, since a child that touches `command$` loads it on its way.
 */
export class Queue<T> {
  readonly #config: QueueConfig;
  readonly #live$ = new Subject<T>();
  #waiting: Fifo<T>;
  #overflown = false;

  constructor(config: QueueConfig) {
    this.#config = config;
    this.#waiting = new Fifo([...(config.first ?? [])] as T[]);
  }

  next(value: T): void {
    if (this.#live$.observed) return this.#live$.next(value);
    this.#waiting.push(value);
    if (this.#waiting.length <= this.#config.limit) return;
    this.#waiting.shift();
    if (!this.#overflown) this.#config.onOverflow();
    this.#overflown = true;
  }

  error(error: unknown): void {
    this.#live$.error(error);
  }

  complete(): void {
    this.#live$.complete();
  }

  /** Completes or errors with the queue, once what waits is taken. */
  readonly value$ = new Observable<T>(subscriber => {
    while (this.#waiting.length > 0 && !subscriber.closed) subscriber.next(this.#waiting.shift() as T);
    return subscriber.closed ? undefined : this.#live$.subscribe(subscriber);
  });

  /** The values one by one, however many come meanwhile; what a loop that is left has not taken waits on. `onTaken` is called as each is done with. */
  async *iterate(onTaken: () => void): AsyncGenerator<T, void, undefined> {
    const ahead = new Ahead(this.#waiting.takeAll());
    const subscription = this.#live$.subscribe(ahead);
    try {
      while (await ahead.hasNext()) {
        yield ahead.take();
        onTaken();
      }
    } finally {
      subscription.unsubscribe();
      if (!this.#live$.observed) this.#waiting = new Fifo([...ahead.rest(), ...this.#waiting.takeAll()]);
    }
  }
}

/** What has come and is not taken yet. */
class Ahead<T> {
  readonly #values: Fifo<T>;
  #ended = false;
  #failure: { error: unknown } | undefined;
  #wake = () => {};

  constructor(values: T[]) {
    this.#values = new Fifo(values);
  }

  next(value: T): void {
    this.#values.push(value);
    this.#wake();
  }

  error(error: unknown): void {
    this.#failure = { error };
    this.#wake();
  }

  complete(): void {
    this.#ended = true;
    this.#wake();
  }

  async hasNext(): Promise<boolean> {
    while (this.#values.length === 0) {
      if (this.#failure) throw this.#failure.error;
      if (this.#ended) return false;
      await new Promise<void>(resolve => {
        this.#wake = resolve;
      });
    }
    return true;
  }

  take(): T {
    return this.#values.shift() as T;
  }

  rest(): T[] {
    return this.#values.takeAll();
  }
}
