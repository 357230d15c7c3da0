/** Parent side: chooses how many items are sent to a worker at a time, from the time and the size of earlier items. Pure. */
import { MAX_BATCH_BYTES } from '../items/batch';
import type { WorkDone } from '../workers/read-answers';

/** ms of work that a batch should hold. Sending a batch costs a fortieth of that when all processors are busy. */
const BATCH_TIME = 12;
/** An even share of the items that wait is not divided further if it takes this many ms or less. */
const SHORT_SHARE = 2;
/** Items that take no more ms than this together are tiny: a message to another worker would take longer. */
const TINY = 0.5;
/** An item that takes more ms than this is slow. */
const SLOW_ITEM = 1;
/** The most items of a batch. */
const MAX_BATCH_SIZE = 1024;
/** If items may take this many ms, a worker gets its next batch only after it has answered the one before. */
const MAX_PREFETCH_TIME = 20;
/** The weight of the latest observation in an average. All observations before it have the rest. */
const LATEST_WEIGHT = 0.3;
/** The weight of the latest observation if it is above the typical time: the worker may only have been interrupted. */
const SLOW_WEIGHT = 0.05;
/** The least ms that an item counts. Sending it takes that long. */
const MIN_ITEM_TIME = 0.002;

export class Pace {
  #hasObserved = false;
  #mean = 0;
  #meanSquare = 0;
  /** ms of a typical item. Slower items raise it little, unless they are many or much slower. */
  #typical = 0;
  /** Bytes of an item, or of its outputs if they have more. */
  #meanSize = 0;
  #batchSize = 1;

  observe({ count, sum, squares, itemBytes, outputBytes }: WorkDone): void {
    const weight = this.#hasObserved ? LATEST_WEIGHT : 1;
    const typicalWeight = this.#hasObserved && sum / count > this.#typical ? SLOW_WEIGHT : weight;
    this.#typical += (sum / count - this.#typical) * typicalWeight;
    this.#mean += (sum / count - this.#mean) * weight;
    this.#meanSquare += (squares / count - this.#meanSquare) * weight;
    this.#meanSize += (Math.max(itemBytes, outputBytes) / count - this.#meanSize) * weight;
    this.#hasObserved = true;
    this.#batchSize = Math.max(
      1,
      Math.min(this.#fittingSize(), this.#batchSize * 2, MAX_BATCH_SIZE, Math.floor(MAX_BATCH_BYTES / this.#meanSize)),
    );
  }

  /** The most items of the next batch. At most doubles with an observation. Falls at once after a slow item. */
  get batchSize(): number {
    return this.#batchSize;
  }

  /** How many of the `waiting` items a worker gets next. Fewer towards the end, so that all workers end together. */
  share(waiting: number, workers: number): number {
    const evenShare = Math.ceil(waiting / workers);
    const isShort = evenShare * this.#mean <= SHORT_SHARE;
    return Math.min(this.#batchSize, isShort ? evenShare : Math.ceil(evenShare / 2));
  }

  /** Whether so many items take less time than messages to several workers. */
  areTiny(count: number): boolean {
    return this.#hasObserved && count * this.#typical <= TINY;
  }

  /** Whether an item takes longer than adding some more to the pool. */
  get isSlow(): boolean {
    return this.#mean > SLOW_ITEM;
  }

  /** Whether a worker may get its next batch while it still works on the one before. */
  get mayPrefetch(): boolean {
    return this.#hasObserved && this.#mean + 2 * this.#deviation() < MAX_PREFETCH_TIME;
  }

  /**
   * How many items fit into BATCH_TIME even if they take two standard deviations longer than expected. This is the
   * largest n with n * mean + 2 * sqrt(n) * deviation <= BATCH_TIME, solved as a quadratic equation in sqrt(n).
   */
  #fittingSize(): number {
    const mean = Math.max(MIN_ITEM_TIME, this.#mean);
    const deviation = this.#deviation();
    const root = (Math.sqrt(deviation ** 2 + mean * BATCH_TIME) - deviation) / mean;
    // Rounding errors must not make one item less of a whole number.
    return Math.floor(root ** 2 + 1e-6);
  }

  #deviation(): number {
    return Math.sqrt(Math.max(0, this.#meanSquare - this.#mean ** 2));
  }
}
