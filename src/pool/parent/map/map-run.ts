/** Parent side: one run of `map()`, which moves items from its source to the pool and their outputs to its consumer. */
import { AsyncResource } from 'node:async_hooks';
import type { StateError } from '../../../index';
import { Fifo } from '../../../util/fifo';
import { queueMicrotask } from '../../../util/timers';
import type { Outcome } from '../../outcome';
import type { ItemScheduler } from '../items/item-scheduler';
import { MapJob } from './map-job';

/** Gives the items, by `addItem`, `onSourceEnd` and `fail` of its run. */
export interface Source {
  /** There may be room for more items: see `hasRoom`. */
  pull(): void;
  /** No more items are wanted. */
  stop(): void;
}

/** Takes the outputs. */
export interface Consumer {
  /** How many outputs wait to be consumed. */
  readonly waiting: number;
  next(value: unknown): void;
  error(error: unknown): void;
  complete(): void;
}

export interface MapRunOptions {
  ordered: boolean;
  settle: boolean;
}

/** How many done items and outputs may wait to be emitted or consumed, in addition to the window of the pool. */
const MAX_EXTRA_WAITING = 64;
/** About how many bytes of outputs of one item may wait. */
const MAX_WAITING_BYTES = 4 * 2 ** 20;
/** Workers go on with further outputs of an item if fewer outputs than this wait for the consumer. */
const LOW_WATER_MARK = 16;

export class MapRun {
  readonly #scheduler: ItemScheduler;
  readonly #options: MapRunOptions;
  readonly #consumer: Consumer;
  /** The async context of the subscription. The source is called in it, as it may run the user's code. */
  readonly #context = new AsyncResource('MapRun');
  /** If the outputs are ordered: the items that are not done, or that wait for an item before them. */
  readonly #jobs = new Fifo<MapJob>();
  /** How many items are in the pool. */
  #inPool = 0;
  /** How many items are done, but wait for an item before them. */
  #doneWaiting = 0;
  #source: Source | undefined;
  #hasSourceEnded = false;
  #unfollow = () => {};
  /** The error of a pool that was shut down before the source had ended. Items in the pool are settled before it. */
  #shutdownError: { error: unknown } | undefined;
  /** Whether the run has completed, failed or was stopped. */
  #hasEnded = false;
  #isPullDue = false;
  #isWaitingForQueue = false;
  /** Called when there is room for more outputs of an item. */
  #roomCallbacks: (() => void)[] = [];

  constructor(scheduler: ItemScheduler, options: MapRunOptions, consumer: Consumer) {
    this.#scheduler = scheduler;
    this.#options = options;
    this.#consumer = consumer;
  }

  start(source: Source): void {
    this.#source = source;
    this.#unfollow = this.#scheduler.whenShutDown(error => this.#onShutDown(error));
    if (!this.#hasEnded) source.pull();
  }

  /** Ends the run, since nobody wants the outputs any more. Cancels its items. */
  stop(): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#unfollow();
    this.#context.runInAsyncScope(() => this.#source?.stop());
    for (const callback of this.#roomCallbacks.splice(0)) callback();
    this.#scheduler.cancelAll(job => job instanceof MapJob && job.isOf(this), undefined);
  }

  /** Ends the run with an error of the source or of an item. */
  fail(error: unknown): void {
    if (this.#hasEnded) return;
    this.stop();
    this.#consumer.error(error);
  }

  // The source calls these

  /** Whether the source may add an item. If not, the source is pulled again when there is room. */
  get hasRoom(): boolean {
    if (this.#hasEnded || this.#hasSourceEnded || this.#scheduler.isShutDown) return false;
    const { window, queue } = this.#scheduler;
    if (this.#inPool >= window) return false;
    if (this.#doneWaiting + this.#consumer.waiting >= window + MAX_EXTRA_WAITING) return false;
    if (queue.room <= 0) this.#waitForQueue();
    return queue.room > 0;
  }

  addItem(item: unknown, advice: string): void {
    if (this.#hasEnded) return;
    const job = new MapJob(item, this);
    try {
      this.#scheduler.add(job, advice);
    } catch (error) {
      if (!this.#scheduler.isShutDown) return this.fail(error);
      return this.#onShutDown(error);
    }
    this.#inPool += 1;
    if (this.#options.ordered) this.#jobs.push(job);
  }

  onSourceEnd(): void {
    this.#hasSourceEnded = true;
    this.#completeIfDone();
  }

  // The items call these

  /** Emits an output of an item, or keeps it in the item if it is not the item's turn. */
  addOutput(job: MapJob, value: unknown): void {
    if (this.#hasEnded) return;
    const isKept = this.#options.settle || (this.#options.ordered && this.#jobs.first !== job);
    if (!isKept) this.#consumer.next(value);
    else if (job.outputs) job.outputs.push(value);
    else job.outputs = [value];
  }

  /** Calls `callback` when more outputs of an item may come. `size`: about the bytes of an output, if they are many. */
  whenRoom(job: MapJob, callback: () => void, size: number): void {
    const waiting = this.#consumer.waiting + (job.outputs?.length ?? 0);
    const isFull = waiting >= Math.min(this.#scheduler.window, MAX_WAITING_BYTES / size) + LOW_WATER_MARK;
    // With `settle`, an item waits for nobody: all of its outputs are emitted as one value, after the last one.
    if (!isFull || this.#hasEnded || this.#options.settle) callback();
    else this.#roomCallbacks.push(callback);
  }

  /** An item is done or has failed. Emits all outputs whose turn it is now. */
  onDone(job: MapJob): void {
    job.done = true;
    if (this.#hasEnded) return;
    this.#inPool -= 1;
    this.#doneWaiting += 1;
    if (!this.#options.ordered) this.#finish(job);
    else {
      for (let first = this.#jobs.first; first && !this.#hasEnded; first = this.#jobs.first) {
        this.#emitOutputs(first);
        if (!first.done) break;
        this.#jobs.shift();
        this.#finish(first);
      }
    }
    this.#pullSoon();
  }

  // The consumer calls this

  /** Outputs were consumed, so there may be room for more. */
  onOutputsConsumed(): void {
    this.#pullSoon();
  }

  #emitOutputs(job: MapJob): void {
    if (!job.outputs || this.#options.settle) return;
    const outputs = job.outputs;
    job.outputs = undefined;
    for (const value of outputs) this.#consumer.next(value);
  }

  /** Ends the turn of a done item. Its outputs are emitted, unless `settle` makes one value of them. */
  #finish(job: MapJob): void {
    this.#doneWaiting -= 1;
    const { failure } = job;
    // That no worker can start is no fault of the item, so `settle` does not make a value of it.
    if (failure && (!this.#options.settle || failure.kind === 'no-worker')) return this.fail(failure.reason);
    if (this.#options.settle) this.#consumer.next(outcomeOf(job));
    this.#completeIfDone();
  }

  /** No item can be added any more. Those that were added are settled before the run ends. */
  #onShutDown(error: unknown): void {
    if (this.#hasEnded || this.#hasSourceEnded) return;
    this.#shutdownError = { error };
    this.onSourceEnd();
    this.#context.runInAsyncScope(() => this.#source?.stop());
  }

  #completeIfDone(): void {
    if (!this.#hasSourceEnded || this.#inPool + this.#doneWaiting > 0 || this.#hasEnded) return;
    if (this.#shutdownError) return this.fail(this.#shutdownError.error);
    this.#hasEnded = true;
    this.#unfollow();
    this.#source?.stop();
    this.#consumer.complete();
  }

  /** Pulls the source in a microtask: once for all items that one message settles. */
  #pullSoon(): void {
    if (this.#isPullDue) return;
    this.#isPullDue = true;
    queueMicrotask(() => {
      this.#isPullDue = false;
      if (this.#hasEnded) return;
      if (this.#roomCallbacks.length > 0 && this.#consumer.waiting < LOW_WATER_MARK) {
        for (const callback of this.#roomCallbacks.splice(0)) callback();
      }
      this.#context.runInAsyncScope(() => this.#source?.pull());
    });
  }

  /** Pulls the source when there is room in the queue, which others of the pool's items fill. */
  #waitForQueue(): void {
    if (this.#isWaitingForQueue) return;
    this.#isWaitingForQueue = true;
    this.#scheduler.queue.whenRoom(() => {
      this.#isWaitingForQueue = false;
      this.#pullSoon();
    });
  }
}

function outcomeOf({ item, outputs: values = [], failure }: MapJob): Outcome {
  if (failure?.kind === 'canceled') return { status: 'canceled', item, reason: failure.reason as StateError };
  if (failure) return { status: 'rejected', item, reason: failure.reason };
  return { status: 'fulfilled', item, value: values.at(-1), values };
}
