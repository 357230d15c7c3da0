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
  /** Called when the current item is canceled. */
  #onCanceled = () => {};
  #isStopping = false;

  constructor(answers: Answers) {
    this.#answers = answers;
  }

  /** The pool has room for this many more outputs. */
  acknowledge(count: number): void {
    // Those of an item before may come late.
    const left = Math.max(0, this.#unacknowledged - count);
    this.#unacknowledgedBytes *= left === 0 ? 0 : left / this.#unacknowledged;
    this.#unacknowledged = left;
    this.#onAcknowledged();
  }

  /** From now on, nothing waits for an acknowledgment. */
  stop(): void {
    this.#isStopping = true;
    this.#onAcknowledged();
  }

  /** The current item is canceled, as its signal says: nobody wants its other outputs. */
  cancel(): void {
    this.#onCanceled();
    this.#onAcknowledged();
  }

  /** As `addGenerated` or `addObserved`. `signal`: that of the item. */
  addAll(stream: Stream, signal: ItemSignal): Promise<void> {
    return 'iterator' in stream ? this.addGenerated(stream.iterator, signal) : this.addObserved(stream.source$, signal);
  }

  /** Resolves when the iterator has ended, or the rest of its outputs is not wanted. Rejects with what it throws. */
  async addGenerated(iterator: Iterator<unknown> | AsyncIterator<unknown>, signal: ItemSignal): Promise<void> {
    this.#unacknowledged = 0;
    this.#unacknowledgedBytes = 0;
    let lastTurn = now();
    for (let step = await iterator.next(); !step.done; step = await iterator.next()) {
      const when = now();
      this.#unacknowledged += 1;
      if (this.#answers.add(step.value, when, 0, 'output')) await this.#answers.flush();
      else this.#answers.flushSoon();
      this.#unacknowledgedBytes += this.#answers.lastSize;
      if (this.#isFull) await this.#waitForAcknowledgment(signal);
      if (this.#answers.hasItemFailed || signal.isCanceled) {
        await iterator.return?.();
        return;
      }
      if (when - lastTurn > MAX_TURN) {
        await new Promise(resolve => setImmediate(resolve));
        lastTurn = now();
      }
    }
  }

  /** As `addGenerated`. Does not wait for acknowledgments, since an Observable cannot be paused. */
  addObserved(source$: Subscribable, signal: ItemSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      let isFinished = false;
      const finish = () => {
        isFinished = true;
        resolve();
      };
      const leave = () => {
        finish();
        // A source that emits during subscribe() gets here before `subscription` is assigned.
        queueMicrotask(() => unsubscribe(subscription));
      };
      this.#onCanceled = leave;
      const subscription = source$.subscribe({
        next: value => {
          if (isFinished) return;
          if (this.#answers.add(value, now(), 0, 'output')) void this.#answers.flush();
          else this.#answers.flushSoon();
          if (this.#answers.hasItemFailed || signal.isCanceled) leave();
        },
        error: reject,
        complete: finish,
      });
    });
  }

  get #isFull(): boolean {
    return this.#unacknowledged >= MAX_UNACKNOWLEDGED || this.#unacknowledgedBytes >= MAX_UNACKNOWLEDGED_BYTES;
  }

  /** Resolves when the pool has acknowledged enough outputs, or when the rest is not wanted any more. */
  async #waitForAcknowledgment(signal: ItemSignal): Promise<void> {
    await this.#answers.flush();
    while (this.#isFull && !this.#isStopping && !signal.isCanceled && !this.#answers.hasItemFailed) {
      await new Promise<void>(resolve => {
        this.#onAcknowledged = resolve;
      });
    }
  }
}
