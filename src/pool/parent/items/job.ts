/** Parent side: an item of a pool, from when it is added until it settles. */
import { now } from '../../../util/clock';
import type { ItemWatch } from './item-watch';

/** Why an item gives no outputs. */
export interface Failure {
  reason: unknown;
  /** 'canceled': the item was given up before the work on it began. 'no-worker': no worker can start. */
  kind?: 'canceled' | 'no-worker';
}

/** An item that has failed, with its error. */
export interface FailedItem {
  job: Job;
  reason: unknown;
}

/** The scheduler and the workers call these methods. What they do is up to the derived class: `run()` or `map()`. */
export abstract class Job {
  /** The item as the user passed it in. */
  readonly item: unknown;
  /** What is sent to the worker: a copy of the item, as PlainData if it is plain, or the Slice of the shared file that holds it. */
  payload: unknown;
  /** About the bytes of the item, once it is in a batch. */
  size = 0;
  /** When the item was added to the pool, ms. */
  readonly addedAt = now();
  /** How many workers have crashed because of this item. */
  crashes = 0;
  /** The most items of a batch that this item is in. It is lowered after a batch with this item has failed. */
  batchLimit = Number.POSITIVE_INFINITY;
  /** Whether the item is done, failed or canceled. */
  settled = false;
  /** Whether a worker has the item, and may still read its payload. The item may have settled before. */
  isAssigned = false;

  /** When the item was canceled or rejected while a worker had it, ms. Only such items have the field. */
  declare canceledAt?: number;
  /** Only the items that somebody watches have the field. */
  declare watch?: ItemWatch;

  constructor(item: unknown) {
    this.item = item;
  }

  /** Items of a higher priority go first. */
  get priority(): number {
    return 0;
  }

  /** The item is done, or has failed. Before anybody is told. */
  markSettled(): void {
    this.settled = true;
    if (this.isAssigned) this.canceledAt = now();
  }

  /** Calls `reject` or `fulfill`. */
  tell(failure: Failure | undefined): void {
    if (failure) this.reject(failure);
    else this.fulfill();
  }

  /** The work on the item has given one of several outputs. */
  abstract addOutput(value: unknown): void;

  /** The work on the item has given its only output. */
  abstract setOnlyOutput(value: unknown): void;

  /** The work on the item may have given several outputs, and gives no more of them. */
  endOutputs(): void {}

  /** The worker has ended, and the item is worked on again from the start. So its outputs so far will come again. */
  abstract restart(): void;

  /**
   * Calls `callback` when more outputs of the item may come: at once, or later if too many wait for their consumer. `size`:
   * about the bytes of an output, if they are many.
   */
  whenRoom(callback: () => void, _size?: number): void {
    callback();
  }

  /** The item is done. Called once, unless `reject` is. */
  abstract fulfill(): void;

  /** The item has failed or was canceled. Called once, unless `fulfill` is. */
  abstract reject(failure: Failure): void;
}
