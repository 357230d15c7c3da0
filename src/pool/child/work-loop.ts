/** Child side: works on the items of a worker, one at a time. */
import { now } from '../../util/clock';
import { queueMicrotask, setImmediate } from '../../util/timers';
import { isStream, isThenable, type Subscribable, streamOf, unsubscribe } from '../../util/value-kinds';
import type { AnySubprocessWorker } from '../subprocess-worker';
import { type GiveBackCommand, type ItemsCommand, MAX_UNACKNOWLEDGED, type PoolCommand } from '../wire/messages';
import type { IndexedSlice } from '../wire/shared-file';
import type { Answers, Emit } from './answers';
import type { Claims } from './claims';

/** ms of work after which the event loop gets a turn, so that a stop can arrive. */
const MAX_TURN = 10;

export class WorkLoop {
  readonly #worker: AnySubprocessWorker;
  readonly #answers: Answers;
  readonly #claims: Claims;
  readonly #emit: Emit;
  #batches: ItemsCommand[] = [];
  /** The index of the next item in the first batch. */
  #nextIndex = 0;
  #isBusy = false;
  /** Whether an item is begun and not done. */
  #isInItem = false;
  #isStopping = false;
  #onStopped = () => {};
  /** When the work on the current item began, ms. */
  #itemStart = 0;
  /** When the event loop last had a turn, ms. */
  #lastTurn = 0;
  /** How many outputs of the current item the pool has not acknowledged. */
  #unacknowledged = 0;
  #onAcknowledged = () => {};

  constructor(worker: AnySubprocessWorker, answers: Answers, claims: Claims, emit: Emit) {
    this.#worker = worker;
    this.#answers = answers;
    this.#claims = claims;
    this.#emit = emit;
  }

  onCommand(command: Exclude<PoolCommand, { type: 'welcome' | 'open-memory' | 'open-claims' }>): void {
    if (command.type === 'report-rss') return this.#answers.reportRss();
    if (command.type === 'give-back') return this.#giveBack(command);
    if (command.type === 'acknowledge') {
      this.#unacknowledged -= command.count;
      return this.#onAcknowledged();
    }
    this.#batches.push(command);
    if (!this.#isBusy) this.#work();
  }

  /** Drops all items that are not begun. */
  #giveBack({ request }: GiveBackCommand): void {
    const begun = this.#claims.answer(request);
    const [current] = this.#batches;
    this.#batches = [];
    if (current && this.#isInItem) {
      // Its last item is the one that goes on.
      current.items.length = this.#nextIndex;
      this.#batches.push(current);
    } else this.#nextIndex = 0;
    // The pool learns first which items are done.
    void this.#answers.flush();
    void this.#emit({ type: 'given-back', request, begun });
  }

  /** Resolves when `signal` has aborted and the current item is done. */
  workUntil(signal: AbortSignal): Promise<void> {
    return new Promise(resolve => {
      const stop = () => {
        this.#isStopping = true;
        this.#onStopped = resolve;
        this.#onAcknowledged();
        if (!this.#isBusy) resolve();
      };
      if (signal.aborted) stop();
      else signal.addEventListener('abort', stop);
    });
  }

  /** Works on items until there are none, until an item needs time, or until the event loop needs a turn. */
  #work(): void {
    this.#isBusy = true;
    this.#claims.hasItems = true;
    this.#lastTurn = now();
    this.#itemStart = this.#lastTurn;
    for (let batch = this.#batches[0]; batch && !this.#isStopping; batch = this.#batches[0]) {
      if (this.#nextIndex === 0) this.#answers.memory?.enterRegion(batch.region);
      if (!this.#workOnNext(batch)) return;
    }
    this.#rest();
  }

  #rest(): void {
    this.#isBusy = false;
    this.#claims.hasItems = false;
    if (this.#isStopping) this.#onStopped();
  }

  /** Works on one item. False if the loop must not go on now, because it is called again later. */
  #workOnNext(batch: ItemsCommand): boolean {
    if (!this.#claims.claim(this.#itemStart)) {
      // The pool has taken the items back. Its command to drop them is on its way.
      void this.#answers.flush();
      this.#rest();
      return false;
    }
    this.#isInItem = true;
    const item = this.#takeItem(batch);
    let result: unknown;
    let isDeferred: boolean;
    try {
      result = this.#worker.work(item);
      // Within the `try`, since the result may have getters that throw.
      isDeferred = typeof result === 'object' && result !== null && givesOutputsLater(result);
    } catch (error) {
      return this.#afterItem(this.#addError(error));
    }
    if (!isDeferred) return this.#afterItem(this.#addOnlyOutput(result));
    void this.#waitForOutputs(result as object);
    return false;
  }

  #takeItem({ items, slices }: ItemsCommand): unknown {
    const index = this.#nextIndex++;
    if (slices?.[0]?.index === index) return this.#answers.memory?.readItem(slices.shift() as IndexedSlice);
    const item = items[index];
    // The batch lets go of the item, so that the item can be collected as soon as its work is over.
    items[index] = undefined;
    return item;
  }

  // The next three add the last answer of an item. They return whether the answers should be flushed.

  #addOnlyOutput(value: unknown): boolean {
    const when = now();
    const shouldFlush = this.#answers.add(value, when, when - this.#itemStart);
    this.#itemStart = when;
    return shouldFlush;
  }

  #addError(error: unknown): boolean {
    const when = now();
    const shouldFlush = this.#answers.addError(error, when, when - this.#itemStart);
    this.#itemStart = when;
    return shouldFlush;
  }

  #addEnd(): boolean {
    const when = now();
    const shouldFlush = this.#answers.add(null, when, when - this.#itemStart, 'end');
    this.#itemStart = when;
    return shouldFlush;
  }

  /** Moves on to the next item. False if the event loop gets a turn before. */
  #afterItem(shouldFlush: boolean): boolean {
    this.#isInItem = false;
    const isBatchDone = this.#nextIndex === this.#batches[0]?.items.length;
    if (isBatchDone) {
      this.#batches.shift();
      this.#nextIndex = 0;
    }
    if (isBatchDone || shouldFlush) void this.#answers.flush();
    if (this.#itemStart - this.#lastTurn < MAX_TURN) return true;
    setImmediate(() => this.#work());
    return false;
  }

  async #waitForOutputs(result: object): Promise<void> {
    this.#answers.flushSoon();
    let shouldFlush: boolean;
    try {
      const value = isThenable(result) ? await result : result;
      const stream = streamOf(value);
      if (!stream) shouldFlush = this.#addOnlyOutput(value);
      else if ('iterator' in stream) shouldFlush = await this.#addGenerated(stream.iterator);
      else shouldFlush = await this.#addObserved(stream.source$);
    } catch (error) {
      shouldFlush = this.#addError(error);
    }
    if (this.#afterItem(shouldFlush)) this.#work();
  }

  async #addGenerated(iterator: Iterator<unknown> | AsyncIterator<unknown>): Promise<boolean> {
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
        break;
      }
      if (when - lastTurn > MAX_TURN) {
        await new Promise(resolve => setImmediate(resolve));
        lastTurn = now();
      }
    }
    return this.#addEnd();
  }

  /** Does not wait for acknowledgments, since an Observable cannot be paused. */
  #addObserved(source$: Subscribable): Promise<boolean> {
    return new Promise((resolve, reject) => {
      let isFinished = false;
      const finish = () => {
        if (!isFinished) resolve(this.#addEnd());
        isFinished = true;
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

const givesOutputsLater = (result: object): boolean => isThenable(result) || isStream(result);
