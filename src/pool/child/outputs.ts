/** Child side: adds the outputs of an item whose work gives several to the answers, as fast as the pool takes them. */
import { now } from '../../util/clock';
import { queueMicrotask, setImmediate } from '../../util/timers';
import { isStream, isThenable, type Stream, type Subscribable, unsubscribe } from '../../util/value-kinds';
import { MAX_UNACKNOWLEDGED, MAX_UNACKNOWLEDGED_BYTES } from '../wire/messages';
import type { Answers } from './answers';
import type { ItemSignal } from './item-signal';

/** ms of work after which the event loop gets a turn, so that a stop can arrive. */
export const MAX_TURN = 10;

/** Whether what `work` has returned gives its outputs later, or several of them. */
export const givesOutputsLater = (result: object): boolean => isThenable(result) || isStream(result);

export class Outputs {
  readonly #answers: Answers;
  /** How many outputs of the current item the pool has not acknowledged, and about their bytes. */
  #unacknowledged = 0;
  #unacknowledgedBytes = 0;
  #onAcknowledged = () => {};
  /** That of the current item. */
  #signal: ItemSignal | undefined;
  #onCanceled = () => {};
  #isStopping = false;

  constructor(answers: Answers) {
    this.#answers = answers;
  }

  /** The pool has room for this many more outputs. */
  acknowledge(count: number): void {
    // Acknowledgments of an earlier item may arrive late.
    const left = Math.max(0, this.#unacknowledged - count);
    // As if all outputs were equally large.
    this.#unacknowledgedBytes = left === 0 ? 0 : (this.#unacknowledgedBytes / this.#unacknowledged) * left;
    this.#unacknowledged = left;
    this.#onAcknowledged();
  }

  /** From now on, nothing waits for an acknowledgment. */
  stop(): void {
    this.#isStopping = true;
    this.#onAcknowledged();
  }

  /** The current item was canceled. Its other outputs are not wanted. */
  cancel(): void {
    this.#onCanceled();
    this.#onAcknowledged();
  }

  /**
   * Resolves when the stream has ended, or the rest of its outputs is not wanted. Rejects with what it throws. `signal`: that
   * of the item.
   */
  async addAll(stream: Stream, signal: ItemSignal): Promise<void> {
    this.#signal = signal;
    this.#unacknowledged = 0;
    this.#unacknowledgedBytes = 0;
    try {
      await ('iterator' in stream ? this.#addGenerated(stream.iterator) : this.#addObserved(stream.source$));
    } finally {
      this.#onCanceled = () => {};
    }
  }

  async #addGenerated(iterator: Iterator<unknown> | AsyncIterator<unknown>): Promise<void> {
    let lastTurn = now();
    while (this.#isWanted) {
      const step = await iterator.next();
      if (step.done) return;
      const when = now();
      const shouldFlush = this.#answers.add(step.value, when, 0, 'output');
      // Before the flush, since the acknowledgment may come while it is awaited.
      this.#unacknowledged += 1;
      this.#unacknowledgedBytes += this.#answers.lastSize;
      if (shouldFlush) await this.#answers.flush();
      else this.#answers.flushSoon();
      if (this.#isFull) await this.#waitForAcknowledgment();
      if (when - lastTurn > MAX_TURN) {
        await new Promise(resolve => setImmediate(resolve));
        lastTurn = now();
      }
    }
    await iterator.return?.();
  }

  /** Does not wait for acknowledgments, since an Observable cannot be paused. */
  #addObserved(source$: Subscribable): Promise<void> {
    return new Promise((resolve, reject) => {
      if (!this.#isWanted) return resolve();
      let subscription: ReturnType<Subscribable['subscribe']>;
      let isLeft = false;
      const leave = () => {
        if (isLeft) return;
        isLeft = true;
        // A source that emits during subscribe() gets here before `subscription` is assigned.
        queueMicrotask(() => {
          try {
            unsubscribe(subscription);
            resolve();
          } catch (error) {
            reject(error);
          }
        });
      };
      this.#onCanceled = leave;
      subscription = source$.subscribe({
        next: value => {
          if (isLeft) return;
          if (this.#answers.add(value, now(), 0, 'output')) void this.#answers.flush();
          else this.#answers.flushSoon();
          if (!this.#isWanted) leave();
        },
        error: reject,
        complete: resolve,
      });
    });
  }

  /** Whether the pool wants more outputs of the current item. */
  get #isWanted(): boolean {
    return !this.#answers.hasItemFailed && !this.#signal?.isCanceled;
  }

  get #isFull(): boolean {
    if (this.#unacknowledged === 0) return false;
    return this.#unacknowledged >= MAX_UNACKNOWLEDGED || this.#unacknowledgedBytes >= MAX_UNACKNOWLEDGED_BYTES;
  }

  /** Resolves when the pool has acknowledged enough outputs, or when the rest is not wanted any more. */
  async #waitForAcknowledgment(): Promise<void> {
    await this.#answers.flush();
    while (this.#isFull && !this.#isStopping && this.#isWanted) {
      await new Promise<void>(resolve => {
        this.#onAcknowledged = resolve;
      });
    }
  }
}
