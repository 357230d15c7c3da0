/** Both sides: values that wait until somebody takes them. */
import { Observable } from 'rxjs/internal/Observable';
import { Subject } from 'rxjs/internal/Subject';
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
 * Imports two files of RxJS and not the whole, since a child that touches `command$` loads it on its way.
 */
export class Queue<T> {
  readonly #config: QueueConfig;
  readonly #live$ = new Subject<T>();
  readonly #waiting: Fifo<T>;
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

  /** The values one by one, however many come meanwhile; what a loop that is left has not taken waits on. */
  iterate(hooks: Pick<Taken<T>, 'begin' | 'taken' | 'end'>): OneByOne<T> {
    return new OneByOne({
      ...hooks,
      waiting: () => this.#waiting.takeAll(),
      subscribe: observer => this.#live$.subscribe(observer),
      putBack: rest => {
        if (!this.#live$.observed) this.#waiting.putBack(rest);
      },
    });
  }
}
