/** Parent side: counts what a pool does, and tells of it, not too often. */
import { createHistogram } from 'node:perf_hooks';
import type { Observable as ObservableType, Subscriber } from 'rxjs';
import { now } from '../../../util/clock';
import type { PoolStats } from '../../stats';
import type { WorkerHandle } from '../workers/worker-handle';

/** ms between two tellings. */
const PAUSE = 100;

export class StatsRecorder {
  readonly #look: () => { waiting: number; workers: WorkerHandle[] };
  readonly #subscribers = new Set<Subscriber<PoolStats>>();
  readonly #waitTime = createHistogram();
  readonly #runTime = createHistogram();
  #done = 0;
  #failed = 0;
  /** ms of work, and ms that workers who have left were ready. */
  #work = 0;
  #past = 0;
  #timer: NodeJS.Timeout | undefined;
  #toldAt = Number.NEGATIVE_INFINITY;
  #ended = false;

  constructor(look: () => { waiting: number; workers: WorkerHandle[] }) {
    this.#look = look;
  }

  /** Emits how things are upon subscription, then when something has changed, every 100 ms at the most; completes with the pool. */
  observe(): ObservableType<PoolStats> {
    const { Observable } = require('rxjs/internal/Observable') as typeof import('rxjs');
    return new Observable(subscriber => {
      subscriber.next(this.stats);
      if (this.#ended) return subscriber.complete();
      this.#subscribers.add(subscriber);
      return () => {
        this.#subscribers.delete(subscriber);
      };
    });
  }

  get stats(): PoolStats {
    const { waiting, workers } = this.#look();
    const queued = workers.reduce((sum, { load }) => sum + Math.max(0, load - 1), waiting);
    const running = workers.filter(({ batches }) => batches > 0).length;
    const time = workers.reduce((sum, worker) => sum + timeOf(worker), this.#past);
    const work = workers.reduce((sum, worker) => sum + workOf(worker), this.#work);
    return {
      queued,
      running,
      done: this.#done,
      failed: this.#failed,
      workers: workers.length,
      utilization: time === 0 ? 0 : Math.min(1, work / time),
      waitTime: this.#waitTime,
      runTime: this.#runTime,
    };
  }

  /** An item that was handed in at `since` has been worked on for `time` ms. */
  worked(since: number, time: number, when: number): void {
    this.#work += time;
    this.#runTime.record(nanoseconds(time));
    this.#waitTime.record(nanoseconds(when - since - time));
  }

  settled(isDone: boolean): void {
    if (isDone) this.#done += 1;
    else this.#failed += 1;
    this.changed();
  }

  left(worker: WorkerHandle): void {
    this.#past += timeOf(worker);
    this.#work += workOf(worker);
    this.changed();
  }

  changed(): void {
    if (this.#subscribers.size === 0 || this.#timer || this.#ended) return;
    const wait = Math.max(0, this.#toldAt + PAUSE - now());
    this.#timer = setTimeout(() => this.#tell(), wait).unref();
  }

  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#tell();
    for (const subscriber of [...this.#subscribers]) subscriber.complete();
  }

  #tell(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#toldAt = now();
    const stats = this.stats;
    for (const subscriber of [...this.#subscribers]) subscriber.next(stats);
  }
}

/** Of the item that it works on. */
const workOf = ({ batches, headSince }: WorkerHandle): number => (batches === 0 ? 0 : now() - headSince);

const timeOf = ({ readySince }: WorkerHandle): number => (readySince === undefined ? 0 : now() - readySince);

/** A histogram takes whole numbers above 0. */
const nanoseconds = (ms: number): number => Math.max(1, Math.round(ms * 1e6));
