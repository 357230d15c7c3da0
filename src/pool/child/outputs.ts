/** Child side: adds the outputs of an item whose work gives several to the answers, as fast as the pool takes them. */
import { now } from '../../util/clock';
import { queueMicrotask, setImmediate } from '../../util/timers';
import { isStream, isThenable, type Stream, type Subscribable, unsubscribe } from '../../util/value-kinds';
import { MAX_UNACKNOWLEDGED } from '../wire/messages';
import type { Answers } from './answers';

/** ms of work after which the event loop gets a turn, so that a stop can arrive. */
export const MAX_TURN = 10;

/** Whether what `work` has returned gives its outputs later, or several of them. */
export const givesOutputsLater = (result: object): boolean => isThenable(result) || isStream(result);

export class Outputs {
  readonly #answers: Answers;
  /** How many outputs of the current item the pool has not acknowledged. */
  #unacknowledged = 0;
  #onAcknowledged = () => {};
  #isStopping = false;

  constructor(answers: Answers) {
    this.#answers = answers;
  }

  /** The pool has room for this many more outputs. */
  acknowledge(count: number): void {
    this.#unacknowledged -= count;
    this.#onAcknowledged();
  }

  /** From now on, nothing waits for an acknowledgment. */
  stop(): void {
    this.#isStopping = true;
    this.#onAcknowledged();
  }

  /** As `addGenerated` or `addObserved`. */
  addAll(stream: Stream): Promise<void> {
    return 'iterator' in stream ? this.addGenerated(stream.iterator) : this.addObserved(stream.source$);
  }

  /** Resolves when the iterator has ended, or the rest of its outputs is not wanted. Rejects with what it throws. */
  async addGenerated(iterator: Iterator<unknown> | AsyncIterator<unknown>): Promise<void> {
    this.#unacknowledged = 0;
    let lastTurn = now();
    for (let step = await iterator.next(); !step.done; step = await iterator.next()) {
      const when = now();
      this.#unacknowledged += 1;
      if (this.#answers.add(step.value, when, 0, 'output')) await this.#answers.flush();
      else this.#answers.flushSoon();
      if (this.#unacknowledged >= MAX_UNACKNOWLEDGED) await this.#waitForAcknowledgment();
      if (this.#answers.hasItemFailed) {
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
  addObserved(source$: Subscribable): Promise<void> {
    return new Promise((resolve, reject) => {
      let isFinished = false;
      const finish = () => {
        isFinished = true;
        resolve();
      };
      const subscription = source$.subscribe({
        next: value => {
          if (isFinished) return;
          if (this.#answers.add(value, now(), 0, 'output')) void this.#answers.flush();
          else this.#answers.flushSoon();
          if (!this.#answers.hasItemFailed) return;
          finish();
          // A source that emits during subscribe() gets here before `subscription` is assigned.
          queueMicrotask(() => unsubscribe(subscription));
        },
        error: reject,
        complete: finish,
      });
    });
  }

  /** Resolves when the pool has acknowledged enough outputs, or when the rest is not wanted any more. */
  async #waitForAcknowledgment(): Promise<void> {
    await this.#answers.flush();
    while (this.#unacknowledged >= MAX_UNACKNOWLEDGED && !this.#isStopping && !this.#answers.hasItemFailed) {
      await new Promise<void>(resolve => {
        this.#onAcknowledged = resolve;
      });
    }
  }
}
