/** Parent side: the sources of a `map`, each pulled or listened to in its own way. */

import type { Observable } from 'rxjs';
import { StateError } from '../../../index';
import { markHandled } from '../../../util/mark-handled';
import { attempt } from '../../../util/safely';
import { isAsyncIterable, isIterable, isObservable, isThenable } from '../../../util/value-kinds';
import type { MapSource } from '../../outcome';
import type { MapRun, Source } from './map-run';

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

export function sourceOf(source: MapSource<unknown>, run: MapRun): Source {
  if (isAsyncIterable(source)) return new PulledSource(() => source[Symbol.asyncIterator](), run);
  if (isIterable(source)) return new PulledSource(() => source[Symbol.iterator](), run);
  return new PushedSource(source, run);
}

class PulledSource implements Source {
  readonly #open: () => Iterator<unknown> | AsyncIterator<unknown>;
  readonly #run: MapRun;
  #iterator: Iterator<unknown> | AsyncIterator<unknown> | undefined;
  #isOver = false;
  #isPulling = false;

  constructor(open: () => Iterator<unknown> | AsyncIterator<unknown>, run: MapRun) {
    this.#open = open;
    this.#run = run;
  }

  pull(): void {
    if (this.#isOver || this.#isPulling) return;
    this.#isPulling = true;
    try {
      this.#iterator ??= this.#open();
      while (this.#run.hasRoom && !this.#isOver) {
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
    markHandled(Promise.resolve(attempt(() => this.#iterator?.return?.())));
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
    if (!done) return this.#run.add(value, PULLED);
    this.#isOver = true;
    this.#run.over();
  }

  #fail(error: unknown): void {
    this.#isOver = true;
    this.#run.fail(error);
  }
}

class PushedSource implements Source {
  readonly #source: Observable<unknown>;
  readonly #run: MapRun;
  #subscription: { unsubscribe(): void } | undefined;
  #started = false;

  constructor(source: Observable<unknown>, run: MapRun) {
    this.#source = source;
    this.#run = run;
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
      next: item => this.#run.add(item, PUSHED),
      error: error => this.#run.fail(error),
      complete: () => this.#run.over(),
    });
  }

  stop(): void {
    this.#subscription?.unsubscribe();
  }
}
