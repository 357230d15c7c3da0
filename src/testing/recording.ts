/** Both sides: records what a stream emits, and compares it with a marble diagram. */
import { deepStrictEqual } from 'node:assert';
import type { Observable, Subscription } from 'rxjs';
import { type Step, stepsOf } from './marbles';

/**
 * What a stream has emitted, with its times.
 *
 * @example
 * const time = new VirtualTime();
 * const recording = time.record(
 *   inProcess(Heartbeat, [2], { time }).message$,
 * );
 * await time.flush();
 * console.log(recording.values);
 * // prints: [ 'beat 1', 'beat 2' ]
 * recording.expect('a 999ms (b|)', { a: 'beat 1', b: 'beat 2' });
 */
export class Recording<T> {
  readonly #steps: Step[] = [];
  readonly #subscription: Subscription;

  constructor(stream$: Observable<T>, time: { readonly now: number }) {
    const start = time.now;
    const add = (step: { kind: 'N'; value: unknown } | { kind: 'C' } | { kind: 'E'; error: unknown }) =>
      this.#steps.push({ frame: time.now - start, ...step });
    this.#subscription = stream$.subscribe({
      next: value => add({ kind: 'N', value }),
      error: error => add({ kind: 'E', error }),
      complete: () => add({ kind: 'C' }),
    });
  }

  /** The values so far. */
  get values(): T[] {
    return this.#steps.flatMap(step => (step.kind === 'N' ? [step.value as T] : []));
  }

  /**
   * Compares all that was recorded with a marble diagram, in which one column is one millisecond. `values` has the values
   * of its letters, by default the letters themselves; `error` is that of `#`, by default the text 'error'.
   * @throws AssertionError if they differ
   */
  expect(marbles: string, values?: Readonly<Record<string, T>> | readonly T[], error?: unknown): void {
    deepStrictEqual(this.#steps, stepsOf(marbles, values, error));
  }

  /** Ends the recording. */
  unsubscribe(): void {
    this.#subscription.unsubscribe();
  }
}
