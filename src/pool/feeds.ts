/** Parent side: the sources of a `map`, each pulled or listened to in its own way. */
import type { Observable } from 'rxjs';
import { StateError } from '../index';
import { attempt } from '../safely';
import type { Feed, Mapping } from './mapping';
import type { MapSource } from './mapping-types';
import { isThenable } from './shapes';

const PUSHED =
  'slow the source down, use map() with an Iterable or AsyncIterable, which is pulled as there is room, or raise queueLimit';
const PULLED = 'raise queueLimit';

/** Whether items can be taken from `source`. */
export function checkSource(source: unknown, subprocess: string): void {
  if (isAsyncIterable(source) || isIterable(source) || isObservable(source)) return;
  throw new StateError(
    `${subprocess}: map() takes an Iterable, an AsyncIterable or an Observable, not ${String(source)}`,
    {
      subprocess,
    },
  );
}

export function feedOf(source: MapSource<unknown>, mapping: Mapping): Feed {
  if (isAsyncIterable(source)) return new PullFeed(() => source[Symbol.asyncIterator](), mapping);
  if (isIterable(source)) return new PullFeed(() => source[Symbol.iterator](), mapping);
  return new PushFeed(source, mapping);
}

const isIterable = (source: unknown): source is Iterable<unknown> =>
  typeof (source as Partial<Iterable<unknown>> | null)?.[Symbol.iterator] === 'function';
const isAsyncIterable = (source: unknown): source is AsyncIterable<unknown> =>
  typeof (source as Partial<AsyncIterable<unknown>> | null)?.[Symbol.asyncIterator] === 'function';
const isObservable = (source: unknown): source is Observable<unknown> =>
  typeof (source as Partial<Observable<unknown>> | null)?.subscribe === 'function';

class PullFeed implements Feed {
  readonly #open: () => Iterator<unknown> | AsyncIterator<unknown>;
  readonly #mapping: Mapping;
  #iterator: Iterator<unknown> | AsyncIterator<unknown> | undefined;
  #isOver = false;
  #isPulling = false;

  constructor(open: () => Iterator<unknown> | AsyncIterator<unknown>, mapping: Mapping) {
    this.#open = open;
    this.#mapping = mapping;
  }

  pull(): void {
    if (this.#isOver || this.#isPulling) return;
    this.#isPulling = true;
    try {
      this.#iterator ??= this.#open();
      while (this.#mapping.hasRoom && !this.#isOver) {
        const step = this.#iterator.next();
        // Without a turn for each where they are at hand.
        if (isThenable(step)) return void this.#takeLater(step);
        this.#take(step);
      }
    } catch (error) {
      this.#fail(error);
    }
    this.#isPulling = false;
  }

  stop(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    // As a `for ... of` that is left; what it throws then comes after the end.
    Promise.resolve(attempt(() => this.#iterator?.return?.())).catch(() => {});
  }

  async #takeLater(step: PromiseLike<IteratorResult<unknown>>): Promise<void> {
    try {
      this.#take(await step);
    } catch (error) {
      this.#fail(error);
    }
    this.#isPulling = false;
    this.pull();
  }

  #take({ done, value }: IteratorResult<unknown>): void {
    if (!done) return this.#mapping.add(value, PULLED);
    this.#isOver = true;
    this.#mapping.over();
  }

  #fail(error: unknown): void {
    this.#isOver = true;
    this.#mapping.fail(error);
  }
}

class PushFeed implements Feed {
  readonly #source: Observable<unknown>;
  readonly #mapping: Mapping;
  #subscription: { unsubscribe(): void } | undefined;
  #started = false;

  constructor(source: Observable<unknown>, mapping: Mapping) {
    this.#source = source;
    this.#mapping = mapping;
  }

  pull(): void {
    if (this.#started) return;
    this.#started = true;
    const { Observable } = require('rxjs/internal/Observable') as typeof import('rxjs');
    const source$ = new Observable(subscriber => {
      // Known before it emits, so that a source that never stops by itself can be left while it is subscribed to.
      this.#subscription = subscriber;
      return this.#source.subscribe(subscriber);
    });
    source$.subscribe({
      next: item => this.#mapping.add(item, PUSHED),
      error: error => this.#mapping.fail(error),
      complete: () => this.#mapping.over(),
    });
  }

  stop(): void {
    this.#subscription?.unsubscribe();
  }
}
