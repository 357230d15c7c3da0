/** Parent side: ends a pool: at once, or when all that it was given is done. */
import type { ShutdownOptions, StateError } from '../../../index';
import type { PoolShutdownOptions } from '../../options';
import { shutdownError } from '../items/explain';
import type { ItemQueue } from '../items/item-queue';
import type { Failure, Job } from '../items/job';
import type { WorkerHandle } from '../workers/worker-handle';
import type { Dispatcher } from './dispatcher';
import type { Roster } from './roster';

export interface PoolShutdownConfig {
  name: string;
  queue: ItemQueue;
  roster: Roster;
  dispatcher: Dispatcher;
  /** Whether an item has yet to settle. */
  hasUnsettled(): boolean;
  settle(job: Job, failure: Failure): void;
  /** Called once, when all workers have exited. */
  onEnd(): void;
}

export class PoolShutdown {
  readonly #config: PoolShutdownConfig;
  /** Called when the pool is shut down, bar at the end of this process. Each belongs to a stream of `map()`. */
  readonly #callbacks = new Set<(error: StateError) => void>();
  /** The items that workers had not answered when they exited during the shutdown. */
  readonly #unanswered: { begun: Job[]; untouched: Job[] }[] = [];
  /** Set as soon as the pool is being shut down; resolves when its workers have exited. */
  #promise: Promise<void> | undefined;
  #isDraining = false;
  /** Called when all is done that a draining pool was given, or when it is shut down before. */
  #drainCallbacks: (() => void)[] = [];

  constructor(config: PoolShutdownConfig) {
    this.#config = config;
  }

  /** Whether the pool is being shut down, or was. */
  get hasBegun(): boolean {
    return this.#promise !== undefined;
  }

  /** Whether the pool only finishes what it was given. */
  get isDraining(): boolean {
    return this.#isDraining;
  }

  /** Why the pool takes no more items. */
  refusal(): StateError {
    if (this.#promise) return shutdownError(this.#config.name, 'and takes no more items: make a new one');
    return shutdownError(this.#config.name, 'with drain, and takes no more items: make a new one');
  }

  /**
   * Calls `callback` when the pool is shut down, or at once if it takes no more streams. Does not call it when this
   * process ends, since nobody has to handle that. Returns a function that cancels the call.
   */
  when(callback: (error: StateError) => void): () => void {
    if (this.#promise || this.#isDraining) callback(this.refusal());
    else this.#callbacks.add(callback);
    return () => {
      this.#callbacks.delete(callback);
      this.onSettled();
    };
  }

  /** Resolves when the workers have exited. With `drain`, first lets the pool finish what it was given. */
  async begin({ drain, ...options }: PoolShutdownOptions): Promise<void> {
    if (drain && !this.#promise) await this.#drain();
    this.#promise ??= this.#end(options, {});
    return this.#promise;
  }

  /** This process shuts the workers down, together with other children. */
  retire(isExiting: boolean): void {
    // Items are rejected after the workers have exited. If a signal ends this process, it does so before an unhandled
    // rejection can.
    this.#promise ??= this.#end({}, { workersFirst: true, isExiting });
  }

  /** A worker has exited during the shutdown. */
  onExit(worker: WorkerHandle): void {
    this.#unanswered.push(worker.takeAll());
  }

  /** An item has settled, or a stream has ended. */
  onSettled(): void {
    if (!this.#isDraining || this.#callbacks.size > 0 || this.#config.hasUnsettled()) return;
    for (const callback of this.#drainCallbacks.splice(0)) callback();
  }

  #drain(): Promise<void> {
    this.#isDraining = true;
    return new Promise(resolve => {
      this.#drainCallbacks.push(resolve);
      this.onSettled();
    });
  }

  async #end(options: ShutdownOptions, { workersFirst = false, isExiting = false }): Promise<void> {
    const { queue, roster, dispatcher, onEnd } = this.#config;
    dispatcher.stop();
    roster.stopRestarts();
    const waiting = queue.remove(() => true);
    // `#promise` has to be set first, since user code may add another item when one is rejected.
    await Promise.resolve();
    for (const callback of this.#drainCallbacks.splice(0)) callback();
    for (const { lanes } of roster.all) for (const lane of lanes) lane.cancelHead();
    if (workersFirst) await roster.retireAll(options);
    if (!isExiting) for (const callback of this.#callbacks) callback(this.refusal());
    this.#cancelUnfinished(waiting);
    for (const { lanes } of roster.active) this.#rejectUnfinished(lanes.flatMap(({ head }) => head ?? []));
    await roster.retireAll(options);
    // Items that could not be sent.
    this.#cancelUnfinished(queue.remove(() => true));
    // Only now it is known which of the workers' other items were begun.
    for (const { begun, untouched } of this.#unanswered.splice(0)) {
      this.#rejectUnfinished(begun);
      this.#cancelUnfinished(untouched);
    }
    onEnd();
  }

  /** The pool was shut down before the work on these items began. */
  #cancelUnfinished(jobs: readonly Job[]): void {
    const reason = shutdownError(this.#config.name, 'before the work on this item began');
    for (const job of jobs) if (!job.settled) this.#config.settle(job, { reason, kind: 'canceled' });
  }

  /** The pool was shut down when the work on these items had begun, or may have. */
  #rejectUnfinished(jobs: readonly Job[]): void {
    const reason = shutdownError(this.#config.name, 'before this item was done');
    for (const job of jobs) if (!job.settled) this.#config.settle(job, { reason });
  }
}
