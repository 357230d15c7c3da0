/** Both sides: values that wait until somebody takes them. */
import type { Observer } from 'rxjs';
import { Observable } from 'rxjs/internal/Observable';
import { Fifo } from '../util/fifo';
import { type IteratorSource, QueueIterator } from './queue-iterator';

export interface StreamQueueConfig {
  /** How many values wait at the most; older ones go. */
  limit: number;
  /** Called for each value that goes. */
  onOverflow(): void;
  /** What waits from the beginning, however much it is. */
  first?: Iterable<unknown>;
}

/**
 * While nobody is subscribed, values wait; they go to who subscribes next, and to who joins meanwhile, and what is left
 * waits on. While somebody is, values are multicast and not replayed.
 *
 * Not a Subject, whose way to a subscriber is twice as long, and of which a child that touches `command$` would load
 * half of RxJS.
 */
export class StreamQueue<T> {
  readonly #config: StreamQueueConfig;
  readonly #waiting: Fifo<T>;
  /** Replaced by another and never changed, since one of them may leave while all are told. */
  #listeners: readonly Observer<T>[] = [];
  /** What waits is being handed over: what comes meanwhile comes after it. */
  #isHandingOver = false;
  /** How a listener is told of the end, once there is one. */
  #end: ((listener: Observer<T>) => void) | undefined;

  constructor(config: StreamQueueConfig) {
    this.#config = config;
    this.#waiting = new Fifo([...(config.first ?? [])] as T[]);
  }

  next(value: T): void {
    if (this.#listeners.length > 0 && !this.#isHandingOver) return this.#tell(value);
    this.#waiting.push(value);
    if (this.#waiting.length <= this.#config.limit) return;
    this.#waiting.shift();
    this.#config.onOverflow();
  }

  error(error: unknown): void {
    this.#over(listener => listener.error(error));
  }

  complete(): void {
    this.#over(listener => listener.complete());
  }

  /** Completes or errors with the queue, once what waits is taken. */
  readonly value$ = new Observable<T>(subscriber => {
    // Before it listens, since it may leave in the middle of what waits.
    subscriber.add(() => this.#leave(subscriber));
    // As that of forkJoin where another of its sources has ended it.
    if (!subscriber.closed) this.#listen(subscriber);
  });

  /** The values one by one, however many come meanwhile; what a loop that is left has not taken waits on. */
  iterate(hooks: Pick<IteratorSource<T>, 'begin' | 'taken' | 'end'>): QueueIterator<T> {
    return new QueueIterator({
      ...hooks,
      listen: listener => this.#listen(listener),
      leave: (listener, rest) => {
        this.#leave(listener);
        if (this.#listeners.length === 0) this.#waiting.putBack(rest);
      },
    });
  }

  #listen(listener: Observer<T>): void {
    this.#listeners = [...this.#listeners, listener];
    this.#handOver();
  }

  #leave(listener: Observer<T>): void {
    this.#listeners = this.#listeners.filter(each => each !== listener);
  }

  #handOver(): void {
    if (this.#isHandingOver) return;
    this.#isHandingOver = true;
    try {
      while (this.#waiting.length > 0 && this.#listeners.length > 0) this.#tell(this.#waiting.shift() as T);
    } finally {
      this.#isHandingOver = false;
    }
    if (this.#end && this.#waiting.length === 0) this.#tellEnd(this.#end);
  }

  #tell(value: T): void {
    for (const listener of this.#listeners) listener.next(value);
  }

  #over(end: (listener: Observer<T>) => void): void {
    if (this.#end) return;
    this.#end = end;
    if (!this.#isHandingOver) this.#tellEnd(end);
  }

  #tellEnd(end: (listener: Observer<T>) => void): void {
    const listeners = this.#listeners;
    this.#listeners = [];
    for (const listener of listeners) end(listener);
  }
}
