/** Parent side: records the statistics of a pool for its `stats$`. */
import { createHistogram } from 'node:perf_hooks';
import type { Observable as ObservableType, Observer } from 'rxjs';
import { tracer } from '../../../diagnostics/tracer';
import { BoundObserver } from '../../../util/bound-observer';
import { now } from '../../../util/clock';
import { clearTimeout, setTimeout } from '../../../util/timers';
import type { PoolStats } from '../../stats';
import type { Failure } from '../items/job';
import type { WorkerHandle } from '../workers/worker-handle';

/** ms between two emissions at least. */
const EMIT_INTERVAL = 100;

/** What the statistics need to know of the pool at the moment. */
export interface PoolSnapshot {
  /** How many items are in the queue. */
  waiting: number;
  workers: WorkerHandle[];
}

export class StatsRecorder {
  readonly #takeSnapshot: () => PoolSnapshot;
  readonly #subscribers = new Set<Observer<PoolStats>>();
  readonly #waitTime = createHistogram();
  readonly #runTime = createHistogram();
  #done = 0;
  #failed = 0;
  #canceled = 0;
  /** ms of work on all items that are over. */
  #workTime = 0;
  /** ms for which all workers that have exited were ready. */
  #readyTime = 0;
  #timer: NodeJS.Timeout | undefined;
  #lastEmit = Number.NEGATIVE_INFINITY;
  #ended = false;
  readonly #onEnd: (() => void) | undefined;

  /** `name`: that of the class of the workers. */
  constructor(name: string, takeSnapshot: () => PoolSnapshot) {
    this.#takeSnapshot = takeSnapshot;
    this.#onEnd = tracer()?.pool({ name, stats: () => this.stats });
  }

  /** Emits the statistics on subscription and then after changes, at most every 100 ms. Completes with the pool. */
  observe(): ObservableType<PoolStats> {
    const { Observable } = require('rxjs/internal/Observable') as typeof import('rxjs');
    return new Observable(subscriber => {
      subscriber.next(this.stats);
      if (this.#ended) return subscriber.complete();
      const observer = new BoundObserver(subscriber);
      this.#subscribers.add(observer);
      return () => {
        this.#subscribers.delete(observer);
      };
    });
  }

  get stats(): PoolStats {
    const { waiting, workers } = this.#takeSnapshot();
    const running = workers.flatMap(({ lanes }) => lanes.filter(({ batchCount }) => batchCount > 0)).length;
    const queued = workers.reduce((sum, { itemCount }) => sum + itemCount, waiting) - running;
    const readyTime = workers.reduce((sum, worker) => sum + readyTimeOf(worker), this.#readyTime);
    const workTime = workers.reduce((sum, worker) => sum + headTimeOf(worker), this.#workTime);
    return {
      queued,
      running,
      done: this.#done,
      failed: this.#failed,
      canceled: this.#canceled,
      workers: workers.length,
      utilization: readyTime === 0 ? 0 : Math.min(1, workTime / readyTime),
      waitTime: this.#waitTime,
      runTime: this.#runTime,
    };
  }

  /** An item that was added at `addedAt` was worked on for `time` ms, until `when`. */
  onWorked(addedAt: number, time: number, when: number): void {
    this.#workTime += time;
    this.#runTime.record(nanoseconds(time));
    this.#waitTime.record(nanoseconds(when - addedAt - time));
  }

  onSettled(failure: Failure | undefined): void {
    if (!failure) this.#done += 1;
    else if (failure.kind === 'canceled') this.#canceled += 1;
    else this.#failed += 1;
    this.emitSoon();
  }

  onExit(worker: WorkerHandle): void {
    this.#readyTime += readyTimeOf(worker);
    this.#workTime += headTimeOf(worker);
    this.emitSoon();
  }

  /** Emits the statistics, but not sooner than 100 ms after they were last emitted. */
  emitSoon(): void {
    if (this.#subscribers.size === 0 || this.#timer || this.#ended) return;
    const delay = Math.max(0, this.#lastEmit + EMIT_INTERVAL - now());
    this.#timer = setTimeout(() => this.#emit(), delay).unref();
  }

  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#onEnd?.();
    this.#emit();
    for (const subscriber of [...this.#subscribers]) subscriber.complete();
  }

  #emit(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#lastEmit = now();
    const stats = this.stats;
    for (const subscriber of [...this.#subscribers]) subscriber.next(stats);
  }
}

/** For how long the worker has worked on its current items, ms. */
const headTimeOf = ({ lanes }: WorkerHandle): number =>
  lanes.reduce((sum, { batchCount, headSince }) => sum + (batchCount === 0 ? 0 : now() - headSince), 0);

/** For how long the worker has been ready, ms, for each item that it may work on at a time. */
const readyTimeOf = ({ readySince, lanes }: WorkerHandle): number =>
  readySince === undefined ? 0 : (now() - readySince) * lanes.length;

/** A histogram only takes whole numbers above 0. */
const nanoseconds = (ms: number): number => Math.max(1, Math.round(ms * 1e6));
