/** Parent side: takes items from the source of `map()`, which may be an Iterable, an AsyncIterable or an Observable. */

import type { Observable } from 'rxjs';
import { StateError } from '../../../index';
import { markHandled } from '../../../util/mark-handled';
import { attempt } from '../../../util/safely';
import { isAsyncIterable, isIterable, isObservable, isThenable } from '../../../util/value-kinds';
import type { MapSource } from '../../outcome';
import type { MapRun, Source } from './map-run';

/** What to do if the pool is full. */
const PUSH_ADVICE =
  'slow the source down, use map() with an Iterable or AsyncIterable, which is pulled as there is room, ' +
  'or raise queueLimit';
const PULL_ADVICE = 'raise queueLimit';

/** @throws StateError if `source` is none of the three */
export function checkSource(source: unknown, subprocess: string): void {
  if (isAsyncIterable(source) || isIterable(source) || isObservable(source)) return;
  throw new StateError(
    `${subprocess}: map() takes an Iterable, an AsyncIterable or an Observable, not ${String(source)}`,
    {
      subprocess,
    },
  );
}

export function sourceOf(source: MapSource<unknown>, run: MapRun): Source {
  if (isAsyncIterable(source)) return new PulledSource(() => source[Symbol.asyncIterator](), run);
  if (isIterable(source)) return new PulledSource(() => source[Symbol.iterator](), run);
  return new PushedSource(source, run);
}

/** An Iterable or AsyncIterable, which is pulled while the run has room. */
class PulledSource implements Source {
  readonly #createIterator: () => Iterator<unknown> | AsyncIterator<unknown>;
  readonly #run: MapRun;
  #iterator: Iterator<unknown> | AsyncIterator<unknown> | undefined;
  #isOver = false;
  #isPulling = false;

  constructor(createIterator: () => Iterator<unknown> | AsyncIterator<unknown>, run: MapRun) {
    this.#createIterator = createIterator;
    this.#run = run;
  }

  pull(): void {
    if (this.#isOver || this.#isPulling) return;
    this.#isPulling = true;
    try {
      this.#iterator ??= this.#createIterator();
      while (this.#run.hasRoom && !this.#isOver) {
        const result = this.#iterator.next();
        if (isThenable(result)) return void this.#onPromise(result);
        // Not awaited, so that the items of an Iterable do not each cost a microtask.
        this.#onResult(result);
      }
    } catch (error) {
      this.#fail(error);
    }
    this.#isPulling = false;
  }

  stop(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    // As a `for ... of` does on `break`. The run has ended, so an error of `return` is ignored.
    markHandled(Promise.resolve(attempt(() => this.#iterator?.return?.())));
  }

  async #onPromise(result: PromiseLike<IteratorResult<unknown>>): Promise<void> {
    try {
      this.#onResult(await result);
    } catch (error) {
      this.#fail(error);
    }
    this.#isPulling = false;
    this.pull();
  }

  #onResult({ done, value }: IteratorResult<unknown>): void {
    if (!done) return this.#run.addItem(value, PULL_ADVICE);
    this.#isOver = true;
    this.#run.onSourceEnd();
  }

  #fail(error: unknown): void {
    this.#isOver = true;
    this.#run.fail(error);
  }
}

/** An Observable, which is subscribed to once and cannot be paused. */
class PushedSource implements Source {
  readonly #source: Observable<unknown>;
  readonly #run: MapRun;
  #subscription: { unsubscribe(): void } | undefined;
  #hasStarted = false;

  constructor(source: Observable<unknown>, run: MapRun) {
    this.#source = source;
    this.#run = run;
  }

  pull(): void {
    if (this.#hasStarted) return;
    this.#hasStarted = true;
    const { Observable } = require('rxjs/internal/Observable') as typeof import('rxjs');
    const source$ = new Observable(subscriber => {
      // Assigned before subscribe() returns, so that `stop` also ends a source that emits within subscribe().
      this.#subscription = subscriber;
      return this.#source.subscribe(subscriber);
    });
    source$.subscribe({
      next: item => this.#run.addItem(item, PUSH_ADVICE),
      error: error => this.#run.fail(error),
      complete: () => this.#run.onSourceEnd(),
    });
  }

  stop(): void {
    this.#subscription?.unsubscribe();
  }
}
