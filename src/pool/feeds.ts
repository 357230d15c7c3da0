/** Parent side: the sources of a `map`, each pulled or listened to in its own way. */
import type { Observable } from 'rxjs';
import { StateError } from '../index';
import { attempt } from '../safely';
import type { Feed, Mapping } from './mapping';
import type { MapSource } from './mapping-types';

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
  if (isAsyncIterable(source)) return new AsyncFeed(source, mapping);
  if (isIterable(source)) return new SyncFeed(source, mapping);
  return new PushFeed(source, mapping);
}

const isIterable = (source: unknown): source is Iterable<unknown> =>
  typeof (source as Partial<Iterable<unknown>> | null)?.[Symbol.iterator] === 'function';
const isAsyncIterable = (source: unknown): source is AsyncIterable<unknown> =>
  typeof (source as Partial<AsyncIterable<unknown>> | null)?.[Symbol.asyncIterator] === 'function';
const isObservable = (source: unknown): source is Observable<unknown> =>
  typeof (source as Partial<Observable<unknown>> | null)?.subscribe === 'function';

class SyncFeed implements Feed {
  readonly #source: Iterable<unknown>;
  readonly #mapping: Mapping;
  #iterator: Iterator<unknown> | undefined;
  #over = false;
  #pulling = false;

  constructor(source: Iterable<unknown>, mapping: Mapping) {
    this.#source = source;
    this.#mapping = mapping;
  }

  pull(): void {
    if (this.#over || this.#pulling) return;
    this.#pulling = true;
    try {
      this.#iterator ??= this.#source[Symbol.iterator]();
      while (this.#mapping.hasRoom) {
        const step = this.#iterator.next();
        if (step.done) {
          this.#over = true;
          return this.#mapping.over();
        }
        this.#mapping.add(step.value, PULLED);
      }
    } catch (error) {
      this.#over = true;
      this.#mapping.fail(error);
    } finally {
      this.#pulling = false;
    }
  }

  stop(): void {
    if (this.#over) return;
    this.#over = true;
    // As a `for ... of` that is left; what it throws then comes after the end.
    attempt(() => this.#iterator?.return?.());
  }
}

class AsyncFeed implements Feed {
  readonly #source: AsyncIterable<unknown>;
  readonly #mapping: Mapping;
  #iterator: AsyncIterator<unknown> | undefined;
  #over = false;
  #pulling = false;

  constructor(source: AsyncIterable<unknown>, mapping: Mapping) {
    this.#source = source;
    this.#mapping = mapping;
  }

  pull(): void {
    if (!this.#over && !this.#pulling) void this.#pullAll();
  }

  async #pullAll(): Promise<void> {
    this.#pulling = true;
    try {
      this.#iterator ??= this.#source[Symbol.asyncIterator]();
      while (this.#mapping.hasRoom) {
        const step = await this.#iterator.next();
        if (step.done) {
          this.#over = true;
          return this.#mapping.over();
        }
        this.#mapping.add(step.value, PULLED);
      }
    } catch (error) {
      this.#over = true;
      this.#mapping.fail(error);
    } finally {
      this.#pulling = false;
    }
  }

  stop(): void {
    if (this.#over) return;
    this.#over = true;
    Promise.resolve(attempt(() => this.#iterator?.return?.())).catch(() => {});
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
