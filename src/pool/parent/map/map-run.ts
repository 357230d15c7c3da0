/** Parent side: one passage of a source through a pool: pulls items as there is room, and gives outputs in their order. */

import { isStartError } from '../../../index';
import { Fifo } from '../../../util/fifo';
import type { Outcome } from '../../outcome';
import type { Scheduler } from '../scheduler/scheduler';
import { MapJob } from './map-job';

/** Where items come from. */
export interface Source {
  /** There may be room for more. */
  pull(): void;
  /** No more are wanted. */
  stop(): void;
}

/** Where outputs go to. */
export interface Outlet {
  /** Outputs that are not yet taken. */
  readonly waiting: number;
  next(value: unknown): void;
  error(error: unknown): void;
  complete(): void;
}

export interface MapRunOptions {
  ordered: boolean;
  settle: boolean;
}

/** Items that may be done and wait, for one before them or for the consumer, besides as many as are on their way. */
const MOST_DONE = 64;
/** Outputs that may wait for the consumer before an item's further ones do. */
const LEAST_ROOM = 16;

export class MapRun {
  readonly #scheduler: Scheduler;
  readonly #options: MapRunOptions;
  readonly #outlet: Outlet;
  /** Those that are not done, or wait for others before them. */
  readonly #jobs = new Fifo<MapJob>();
  /** Items that are on their way, and those that are done and wait for one before them. */
  #open = 0;
  #done = 0;
  #isHungry = false;
  #source: Source | undefined;
  #isOver = false;
  #ended = false;
  #due = false;
  #goOn: (() => void)[] = [];

  constructor(scheduler: Scheduler, options: MapRunOptions, outlet: Outlet) {
    this.#scheduler = scheduler;
    this.#options = options;
    this.#outlet = outlet;
  }

  start(source: Source): void {
    this.#source = source;
    source.pull();
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** Whether another item may be pulled. */
  get hasRoom(): boolean {
    if (this.#ended || this.#isOver) return false;
    const { window, queue } = this.#scheduler;
    if (this.#open >= window || this.#done + this.#outlet.waiting >= window + MOST_DONE) return false;
    if (queue.room <= 0) this.#waitForRoom();
    return queue.room > 0;
  }

  /** Items of others fill the line. */
  #waitForRoom(): void {
    if (this.#isHungry) return;
    this.#isHungry = true;
    this.#scheduler.queue.whenRoom(() => {
      this.#isHungry = false;
      this.#pullSoon();
    });
  }

  /** An item of the source. */
  add(item: unknown, advice: string): void {
    if (this.#ended) return;
    const job = new MapJob(item, this);
    try {
      this.#scheduler.add(job, advice);
    } catch (error) {
      return this.fail(error);
    }
    this.#open += 1;
    if (this.#options.ordered) this.#jobs.push(job);
  }

  /** The source has ended. */
  over(): void {
    this.#isOver = true;
    this.#completeIfDone();
  }

  /** The source has failed, or an item. */
  fail(error: unknown): void {
    if (this.#ended) return;
    this.stop();
    this.#outlet.error(error);
  }

  /** Nobody wants the outputs any more. */
  stop(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#source?.stop();
    for (const goOn of this.#goOn.splice(0)) goOn();
    this.#scheduler.cancelAll(job => job instanceof MapJob && job.isOf(this), undefined);
  }

  output(job: MapJob, value: unknown): void {
    if (this.#ended) return;
    if (this.#options.settle || (this.#options.ordered && this.#jobs.first !== job)) {
      if (job.outputs) job.outputs.push(value);
      else job.outputs = [value];
    } else this.#outlet.next(value);
  }

  /** Calls once outputs of this item may come again. */
  whenRoom(job: MapJob, go: () => void): void {
    const isFull = this.#outlet.waiting + (job.outputs?.length ?? 0) >= this.#scheduler.window + LEAST_ROOM;
    // With `settle` all outputs of an item are one value.
    if (!isFull || this.#ended || this.#options.settle) go();
    else this.#goOn.push(go);
  }

  done(job: MapJob): void {
    job.done = true;
    if (this.#ended) return;
    this.#open -= 1;
    this.#done += 1;
    if (!this.#options.ordered) this.#close(job);
    else {
      for (let first = this.#jobs.first; first && !this.#ended; first = this.#jobs.first) {
        this.#deliver(first);
        if (!first.done) break;
        this.#jobs.shift();
        this.#close(first);
      }
    }
    this.#pullSoon();
  }

  /** The consumer has taken some. */
  taken(): void {
    this.#pullSoon();
  }

  #deliver(job: MapJob): void {
    if (!job.outputs || this.#options.settle) return;
    const outputs = job.outputs;
    job.outputs = undefined;
    for (const value of outputs) this.#outlet.next(value);
  }

  #close(job: MapJob): void {
    this.#done -= 1;
    const { failure } = job;
    // Workers that cannot start are no item's fault.
    if (failure && (!this.#options.settle || isStartError(failure.reason))) return this.fail(failure.reason);
    if (this.#options.settle) this.#outlet.next(outcomeOf(job));
    this.#completeIfDone();
  }

  #completeIfDone(): void {
    if (!this.#isOver || this.#open + this.#done > 0 || this.#ended) return;
    this.#ended = true;
    this.#source?.stop();
    this.#outlet.complete();
  }

  /** Once for all items that a message brings. */
  #pullSoon(): void {
    if (this.#due) return;
    this.#due = true;
    queueMicrotask(() => {
      this.#due = false;
      if (this.#ended) return;
      if (this.#goOn.length > 0 && this.#outlet.waiting < LEAST_ROOM) for (const goOn of this.#goOn.splice(0)) goOn();
      this.#source?.pull();
    });
  }
}

function outcomeOf({ item, outputs: values = [], failure }: MapJob): Outcome {
  if (failure) return { status: 'rejected', item, reason: failure.reason };
  return { status: 'fulfilled', item, value: values.at(-1), values };
}
