/** Parent side: the set of a pool's workers, which starts and replaces them. */
import { AsyncResource } from 'node:async_hooks';
import { debugLog, isLogging } from '../../../diagnostics/debug-log';
import type { ExitStatus, ShutdownOptions } from '../../../index';
import { addOwner, removeOwner } from '../../../owners';
import type { CheckedOptions } from '../../options';
import type { WorkerClass } from '../../subprocess-worker';
import type { ItemMemory } from '../shared-memory/item-memory';
import { Share } from '../shared-memory/share';
import { Restarts } from '../workers/restarts';
import type { WorkerEvents } from '../workers/worker-events';
import { WorkerHandle } from '../workers/worker-handle';
import { PoolGroup, type PoolOwner } from './pool-group';
import { WarmWorkers } from './warm-workers';

export interface RosterConfig {
  type: WorkerClass;
  options: CheckedOptions;
  itemMemory: ItemMemory;
  events: WorkerEvents;
  /** The pool. It is retired when this process ends its workers. */
  owner: PoolOwner;
  /** Called when a worker may be started that the pool keeps. */
  onWarmDue(): void;
}

export class Roster {
  readonly #config: RosterConfig;
  readonly #restarts = new Restarts();
  /** The async context in which the pool was constructed. Workers live longer than the items that they start for. */
  readonly #context = new AsyncResource('WorkerPool');
  /** The workers that take items, or will when they are ready. Replaced, never changed in place. */
  #active: readonly WorkerHandle[] = [];
  /** The workers that take no more items, and have not exited. */
  readonly #leaving = new Set<WorkerHandle>();

  readonly #warm: WarmWorkers;
  /** The pool, as it is in the tree of processes. */
  readonly #group: PoolGroup;
  /** The value that all workers get. */
  readonly #share: Share | undefined;

  constructor(config: RosterConfig) {
    this.#config = config;
    const { type, options, owner } = config;
    this.#share = options.share === undefined ? undefined : new Share(options.share, type.name);
    // Last, since a pool whose share cannot be sent is none.
    this.#group = new PoolGroup(owner);
    this.#warm = new WarmWorkers(config.options.minWorkers, () => config.onWarmDue());
  }

  /** The workers that take items, or will when they are ready. */
  get active(): readonly WorkerHandle[] {
    return this.#active;
  }

  /** All workers, also those that take no more items and have not exited. */
  get all(): WorkerHandle[] {
    return [...this.#active, ...this.#leaving];
  }

  /** Whether another worker may be started. Those that are about to exit count too, since each is a process. */
  get hasRoom(): boolean {
    return this.#active.length + this.#leaving.size < this.#config.options.workers && this.#restarts.isAllowed;
  }

  get isEmpty(): boolean {
    return this.#active.length + this.#leaving.size === 0;
  }

  /** Whether a worker that is ready has no items. */
  get hasIdle(): boolean {
    for (const { isReady, hasItems } of this.#active) if (isReady && !hasItems) return true;
    return false;
  }

  /** Whether workers could not start, and none has started since. */
  get isBroken(): boolean {
    return this.#restarts.isBroken;
  }

  /** Whether a worker should be started, although no item needs it. */
  get lacksWarm(): boolean {
    // Another start would fail in the same way. If items come, one is tried.
    return this.#warm.lacksSome(this.#active.length) && !this.isBroken && this.hasRoom;
  }

  /** Whether a worker without items may end. */
  mayEnd({ isReady }: WorkerHandle): boolean {
    return !isReady || this.#warm.spare(this.#active.length) > 0;
  }

  /** From now on, workers are started only for items. */
  keepNone(): void {
    this.#warm.stop();
  }

  /**
   * Starts as many workers as `waiting` items can use, and those that the pool keeps.
   * @throws what the class throws when it is constructed
   */
  startFor(waiting: number): void {
    const { type, options, itemMemory, events, owner } = this.#config;
    let starting = 0;
    for (const { readySince } of this.#active) if (readySince === undefined) starting += 1;
    while ((starting * options.concurrency < waiting && this.hasRoom) || this.lacksWarm) {
      starting += 1;
      const index = this.#freeIndex();
      const config = { type, index, options, itemMemory, share: this.#share, events, group: this.#group };
      const worker = this.#context.runInAsyncScope(() => new WorkerHandle(config));
      this.#active = [...this.#active, worker];
      addOwner(owner);
      if (isLogging) debugLog(type.name, `the pool starts worker ${config.index}, ${waiting} items wait`);
    }
  }

  /** A worker is ready. Returns whether as many are as the pool keeps. */
  onReady(): boolean {
    this.#restarts.succeeded();
    let ready = 0;
    for (const { isReady } of this.#active) if (isReady) ready += 1;
    return ready >= this.#config.options.minWorkers;
  }

  /** A worker exited before it was ready. Returns the error for the waiting items, or undefined: see Restarts. */
  onStartFailed(
    worker: WorkerHandle,
    exit: ExitStatus,
    hasItems: boolean,
    retry: () => void,
  ): { error: unknown } | undefined {
    const hasOthers = this.#active.some(({ isReady }) => isReady);
    return this.#restarts.failed(worker, exit, { hasOthers, hasItems, retry });
  }

  /** Shuts a worker down gracefully. When it has exited, another may be started in its place. */
  replace(worker: WorkerHandle): void {
    this.#forget(worker);
    this.#leaving.add(worker);
    if (isLogging) {
      const why = worker.stopReason ?? (worker.hasItems ? 'it is due' : 'it has had no items for long');
      debugLog(worker.name, `the pool ends worker ${worker.index} (pid ${worker.pid}): ${why}`);
    }
    void worker.retire();
  }

  /** A worker has exited. */
  remove(worker: WorkerHandle): void {
    this.#forget(worker);
    this.#leaving.delete(worker);
    if (this.isEmpty) removeOwner(this.#config.owner);
    const { readySince, isShutdownCalled, itemCount } = worker;
    if (readySince !== undefined && !isShutdownCalled && itemCount === 0) this.#warm.onIdleCrash(readySince);
  }

  #forget(worker: WorkerHandle): void {
    this.#active = this.#active.filter(each => each !== worker);
  }

  /** The least index that no worker has. */
  #freeIndex(): number {
    const used = new Set(this.all.map(({ index }) => index));
    let index = 0;
    while (used.has(index)) index += 1;
    return index;
  }

  /** Cancels a retry that is due. */
  stopRestarts(): void {
    this.#restarts.stop();
    this.#warm.stop();
  }

  /** All workers have exited, and there will be no others. */
  close(): void {
    this.#group.remove();
    this.#share?.close();
  }

  /** Shuts all workers down. Resolves when they have exited. */
  async retireAll(options: ShutdownOptions): Promise<void> {
    await Promise.all(this.all.map(worker => worker.retire(options)));
  }
}
