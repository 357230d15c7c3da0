/** Child side: works on the items of one lane of a worker, one at a time. */
import { now } from '../../util/clock';
import { setImmediate } from '../../util/timers';
import { isThenable, streamOf } from '../../util/value-kinds';
import type { AnySubprocessWorker } from '../subprocess-worker';
import type { CancelCommand, GiveBackCommand, ItemsCommand, PoolCommand } from '../wire/messages';
import type { IndexedSlice } from '../wire/shared-file';
import type { Answers, Emit } from './answers';
import type { Claims } from './claims';
import { ItemSignal, type SignalUser } from './item-signal';
import type { OutputMemory } from './output-memory';
import { givesOutputsLater, MAX_TURN, Outputs } from './outputs';
import { isWorkTraced, traceWork, type WorkTrace } from './trace-work';

/** If an item blocks for more than this many ms, other items may too. */
const LONG_ITEM = 20;
/**
 * After a long item, so many items have a turn of the event loop each, so that no answer waits for another long item.
 * That costs 20 microseconds for each, and so in all no more than a long item takes.
 */
const CAREFUL_COUNT = 1_000;

/** The commands for a lane. */
export type LaneCommand = Exclude<
  PoolCommand,
  { type: 'welcome' | 'share' | 'open-memory' | 'open-claims' | 'report-rss' }
>;

export interface WorkLoopConfig {
  worker: AnySubprocessWorker;
  /** The index of the lane. */
  lane: number;
  answers: Answers;
  claims: Claims;
  emit: Emit;
}

export class WorkLoop implements SignalUser {
  readonly #worker: AnySubprocessWorker;
  readonly #lane: number;
  readonly #answers: Answers;
  readonly #outputs: Outputs;
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
  /** The signal of the current item, or of the last one. */
  #signal: ItemSignal | undefined;
  /** The number of that item. */
  #number = -1;
  /** Whether that item gives its outputs later. */
  #isDeferred = false;
  /** The items that are not begun, and are not to be worked on. */
  #canceled: Set<number> | undefined;
  /** How many of the next items have a turn each. */
  #carefulCount = 0;
  /** Asked once per turn of the event loop. */
  #isTraced = false;
  /** Of the current item, if somebody records traces or is subscribed to the channel. */
  #trace: WorkTrace | undefined;

  constructor({ worker, lane, answers, claims, emit }: WorkLoopConfig) {
    this.#worker = worker;
    this.#lane = lane;
    this.#answers = answers;
    this.#outputs = new Outputs(answers);
    this.#claims = claims;
    this.#emit = emit;
  }

  onCommand(command: LaneCommand): void {
    if (command.type === 'cancel') return this.#cancel(command);
    if (command.type === 'give-back') return this.#giveBack(command);
    if (command.type === 'acknowledge') return this.#outputs.acknowledge(command.count);
    this.#batches.push(command);
    if (!this.#isBusy) this.#work();
  }

  #cancel({ items, isLate }: CancelCommand): void {
    const next = this.#batches[0] ? this.#batches[0].first + this.#nextIndex : Number.POSITIVE_INFINITY;
    for (const item of items) {
      if (item === this.#number && this.#isInItem) {
        this.#heeds();
        this.#signal?.cancel(isLate);
        this.#outputs.cancel();
      } else if (item >= next) {
        this.#canceled ??= new Set();
        this.#canceled.add(item);
      }
    }
  }

  onSignalUsed(signal: ItemSignal): void {
    if (this.#isDeferred && signal === this.#signal) this.#heeds();
  }

  /** Tells the pool that the work on the current item may end by itself when it is canceled. */
  #heeds(): void {
    void this.#emit({ type: 'heeds', lane: this.#lane, item: this.#number });
  }

  /** Drops all items that are not begun. */
  #giveBack({ request }: GiveBackCommand): void {
    const begun = this.#claims.answer(request);
    this.#canceled = undefined;
    const [current] = this.#batches;
    this.#batches = [];
    if (current && this.#isInItem) {
      // Its last item is the one that goes on.
      current.items.length = this.#nextIndex;
      this.#batches.push(current);
    } else this.#nextIndex = 0;
    // The pool learns first which items are done.
    void this.#answers.flush();
    void this.#emit({ type: 'given-back', lane: this.#lane, request, begun });
  }

  /** Resolves when `signal` has aborted and the current item is done. */
  workUntil(signal: AbortSignal): Promise<void> {
    return new Promise(resolve => {
      const stop = () => {
        this.#isStopping = true;
        this.#onStopped = resolve;
        this.#outputs.stop();
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
    this.#isTraced = isWorkTraced();
    for (let batch = this.#batches[0]; batch && !this.#isStopping; batch = this.#batches[0]) {
      if (this.#nextIndex === 0) this.#answers.memory?.enterRegion(batch.region ?? 0);
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
    this.#number = batch.first + this.#nextIndex;
    const item = this.#takeItem(batch);
    this.#trace = undefined;
    if (this.#canceled?.delete(this.#number)) return this.#afterItem(this.#addLast(null, 'end'));
    const signal = new ItemSignal(this);
    this.#signal = signal;
    let result: unknown;
    if (this.#isTraced) this.#trace = traceWork(this.#worker, item, batch.traces?.[this.#nextIndex - 1]);
    try {
      result = this.#trace ? this.#trace.work(this.#worker, item, signal) : this.#worker.work(item, signal);
      // Within the `try`, since the result may have getters that throw.
      this.#isDeferred = typeof result === 'object' && result !== null && givesOutputsLater(result);
    } catch (error) {
      return this.#afterItem(this.#addError(error));
    }
    if (!this.#isDeferred) return this.#afterItem(this.#addLast(result));
    if (signal.isUsed) this.#heeds();
    this.#noteBlocking(now());
    void this.#waitForOutputs(result as object, signal);
    return false;
  }

  #takeItem(batch: ItemsCommand): unknown {
    // Not before its first item is begun: until then, the pool may take the batch back, and use the memory again.
    if (batch.together) this.#readTogether(batch, batch.together);
    const { items, slices } = batch;
    const index = this.#nextIndex++;
    if (slices?.[0]?.index === index) return this.#answers.memory?.readItem(slices.shift() as IndexedSlice);
    const item = items[index];
    // The batch lets go of the item, so that the item can be collected as soon as its work is over.
    items[index] = undefined;
    return item;
  }

  #readTogether(batch: ItemsCommand, slice: IndexedSlice): void {
    delete batch.together;
    const items = (this.#answers.memory as OutputMemory).readTogether(slice);
    // Items that were given back are not in the batch any more.
    items.length = batch.items.length;
    batch.items = items;
  }

  /** Adds the last answer of an item: its only output, or its end. Returns whether the answers should be flushed. */
  #addLast(value: unknown, kind?: 'end'): boolean {
    this.#trace?.ended();
    const when = now();
    const shouldFlush = this.#answers.add(value, when, when - this.#itemStart, kind);
    this.#endItem(when);
    return shouldFlush;
  }

  #addError(error: unknown): boolean {
    this.#trace?.ended({ error });
    const when = now();
    const shouldFlush = this.#answers.addError(error, when, when - this.#itemStart);
    this.#endItem(when);
    return shouldFlush;
  }

  #endItem(when: number): void {
    if (!this.#isDeferred) this.#noteBlocking(when);
    this.#itemStart = when;
  }

  /** The current item has blocked the event loop until `when`, ms. */
  #noteBlocking(when: number): void {
    if (when - this.#itemStart > LONG_ITEM) this.#carefulCount = CAREFUL_COUNT;
  }

  /** Moves on to the next item. False if the event loop gets a turn before. */
  #afterItem(shouldFlush: boolean): boolean {
    this.#isInItem = false;
    this.#isDeferred = false;
    const isBatchDone = this.#nextIndex === this.#batches[0]?.items.length;
    if (isBatchDone) {
      this.#batches.shift();
      this.#nextIndex = 0;
    }
    const isCareful = this.#carefulCount > 0;
    if (isCareful) this.#carefulCount -= 1;
    if (isBatchDone || shouldFlush || isCareful) void this.#answers.flush();
    if (!isCareful && this.#itemStart - this.#lastTurn < MAX_TURN) return true;
    setImmediate(() => this.#work());
    return false;
  }

  async #waitForOutputs(result: object, signal: ItemSignal): Promise<void> {
    this.#answers.flushSoon();
    let shouldFlush: boolean;
    try {
      const value = isThenable(result) ? await result : result;
      const stream = streamOf(value);
      if (!stream) shouldFlush = this.#addLast(value);
      else {
        // The code of a generator runs in the context of who pulls it.
        const addAll = () => this.#outputs.addAll(stream, signal);
        await (this.#trace ? this.#trace.call(addAll) : addAll());
        shouldFlush = this.#addLast(null, 'end');
      }
    } catch (error) {
      shouldFlush = this.#addError(error);
    }
    if (this.#afterItem(shouldFlush)) this.#work();
  }
}
