/** Parent side: one worker of a pool, with its process and the lanes of items that it was given. */
import { AsyncResource } from 'node:async_hooks';
import { type Group, setMembership } from '../../../census';
import { untraced } from '../../../diagnostics/tracer';
import { type ExitStatus, isChild, type ShutdownOptions, type SubprocessState } from '../../../index';
import { now } from '../../../util/clock';
import { markHandled } from '../../../util/mark-handled';
import { type Watchable, watchableOf } from '../../../watchable';
import { constructInPool } from '../../made-by-pool';
import type { CheckedOptions } from '../../options';
import { SHARE } from '../../shared-value';
import { type AnySubprocessWorker, sendsFields, type WorkerClass } from '../../subprocess-worker';
import type { ItemsCommand, PoolCommand, WorkerMessage } from '../../wire/messages';
import type { StopReason } from '../items/blame';
import type { FailedItem, Job } from '../items/job';
import type { ItemMemory } from '../shared-memory/item-memory';
import type { Share } from '../shared-memory/share';
import { WorkerMemory } from '../shared-memory/worker-memory';
import { Load } from './assigned';
import { Lane } from './lane';
import { MessageSubscription } from './message-subscription';
import type { WorkerEvents } from './worker-events';
import { WorkerStart } from './worker-start';

export interface WorkerHandleConfig {
  type: WorkerClass;
  index: number;
  options: CheckedOptions;
  itemMemory: ItemMemory;
  share: Share | undefined;
  events: WorkerEvents;
  group: Group;
}

export class WorkerHandle {
  readonly start: WorkerStart;
  /** The index of the worker among those of its pool. The one that replaces it has the same. */
  readonly index: number;
  /** As many as the worker may work on items at a time. */
  readonly lanes: readonly Lane[];
  readonly load = new Load();
  readonly #worker: AnySubprocessWorker;
  /** Undefined in code that a child runs again, where a worker is never ready. */
  readonly #watchable: Watchable | undefined;
  readonly #type: WorkerClass;
  readonly #events: WorkerEvents;
  readonly #share: Share | undefined;
  readonly #memory: WorkerMemory;
  readonly #messages: MessageSubscription;
  /** When the worker became ready, ms. */
  readySince: number | undefined;
  /** Since when the worker has no items, ms. */
  idleSince = 0;
  /** How many items the worker was given in all. */
  givenCount = 0;
  /** Bytes of resident memory, as the worker has last reported. */
  rss = 0;
  /** Whether the worker takes no more items. */
  isRetired = false;
  /** Whether the pool has called `shutdown()` of the worker. */
  isShutdownCalled = false;
  /** Why the worker was stopped, if one of its items was the reason. */
  stopReason: StopReason | undefined;

  constructor({ type, index, options, itemMemory, share, events, group }: WorkerHandleConfig) {
    this.index = index;
    this.#type = type;
    this.#events = events;
    this.#share = share;
    this.#memory = new WorkerMemory(itemMemory, options, command => markHandled(this.send(command)));
    this.lanes = Array.from(
      { length: options.concurrency },
      (_, lane) => new Lane({ lane, worker: this, load: this.load, options, memory: this.#memory, events }),
    );
    this.#worker = constructInPool(
      () => new type(...options.args),
      worker => void worker.shutdown(),
      share ? { index, [SHARE]: share.token } : { index },
    );
    this.#watchable = watchableOf(this.#worker);
    setMembership(this.#worker, { group, key: String(index) });
    // A snapshot() of its own may leave these out.
    if (!sendsFields(this.#worker))
      markHandled(this.send({ type: 'welcome', index, ...(share && { share: share.token }) }));
    // Its process may be a spare, which was made in the async context of other work.
    const onMessage = AsyncResource.bind((message: unknown) => this.#onMessage(message as WorkerMessage));
    this.#messages = new MessageSubscription(() => this.#watchable?.listen(onMessage) ?? (() => {}));
    this.start = new WorkerStart(type, this.#worker, options.idleTimeout);
    this.ref();
    // Neither `event$`, which makes an event of each message, nor `exit$`, which keeps the parent alive.
    this.#worker.state$.subscribe(state => this.#onState(state));
    // In replayed code this never settles, which tells the loader that the module is stuck.
    if (isChild) void this.#worker.wait().then(() => {});
    if (type.EXPLICIT_START) this.#worker.start();
  }

  get name(): string {
    return this.#type.name;
  }

  get pid(): number | null {
    return this.#worker.process?.pid ?? null;
  }

  /** How many items the worker has. */
  get itemCount(): number {
    return this.load.itemCount;
  }

  get hasItems(): boolean {
    return this.load.itemCount > 0;
  }

  get isReady(): boolean {
    return this.readySince !== undefined && !this.isRetired;
  }

  /** Keeps the parent alive, and reads the worker's messages, from now on. */
  ref(): void {
    this.#messages.ref();
  }

  /** No longer keeps the parent alive, after a short delay, unless `ref` is called before. */
  unref(): void {
    // The worker may have to ask for the shared value.
    if (this.#share && !this.readySince && !this.isRetired) return;
    // The worker has yet to say what it gives back.
    if (!this.lanes.some(({ isGivingBack }) => isGivingBack)) this.#messages.unref();
  }

  /** Sends items. They need no promise: the worker answers them. Returns the error if they cannot be sent. */
  post(command: ItemsCommand): ReturnType<Watchable['post']> {
    return this.#watchable?.post(command);
  }

  /** The items have traces of their own. */
  readonly send = (command: PoolCommand): Promise<void> => untraced(() => this.#worker.send(command as never));

  /** Shuts the worker down gracefully: its current items are finished, and `end` runs. */
  retire(options: ShutdownOptions = {}): Promise<ExitStatus> {
    this.isRetired = true;
    this.isShutdownCalled = true;
    return this.#worker.shutdown({ ...options, terminate: true });
  }

  /** Kills the worker at once. */
  kill(): void {
    void this.retire({ grace: 0 });
  }

  /** An item was canceled or has failed, and its work does not end. */
  replace(reason: StopReason, failed: FailedItem | undefined): void {
    if (!this.isShutdownCalled) {
      this.stopReason = reason;
      this.#events.onOverdue(this, failed);
    } else if (failed) this.#events.onLate(failed);
  }

  /** Removes the items that the worker has not answered, since it has exited. Returns them: see Assigned. */
  takeAll(): { begun: Job[]; untouched: Job[] } {
    const all = this.lanes.map(lane => lane.takeAll());
    return { begun: all.flatMap(({ begun }) => begun), untouched: all.flatMap(({ untouched }) => untouched) };
  }

  /** The items that the worker has not answered, in the order of each lane. */
  *jobs(): Generator<Job> {
    for (const lane of this.lanes) yield* lane.jobs();
  }

  /** The worker stays, although it has had no items for long. */
  stayIdle(): void {
    this.idleSince = now();
    this.lanes[0]?.stayIdle();
  }

  /** Called when some of the worker's items may have been canceled. */
  onCanceled(): void {
    for (const lane of this.lanes) lane.onCanceled();
  }

  /** A lane was given so many more items. */
  onGiven(count: number): void {
    this.givenCount += count;
    this.ref();
  }

  /** A lane has no items any more. */
  onEmpty(when: number): void {
    if (this.hasItems) return;
    this.idleSince = when;
    this.lanes[0]?.checkDeadline();
  }

  /** Keeps the worker's failure from being reported as unhandled, since the pool rejects items with it. */
  markHandled(): void {
    this.#worker.result$.subscribe({ error: () => {} });
  }

  #onState(state: SubprocessState): void {
    if (state === 'running') {
      this.start.onLoaded(
        () => this.#messages.read(),
        () => this.kill(),
      );
    }
    // Somebody has stopped it, be it this process or another.
    if (state === 'stopping') this.isRetired = true;
    if (state === 'exited') this.#worker.exit$.subscribe(exit => this.#onExit(exit));
  }

  #onExit(exit: ExitStatus): void {
    this.isRetired = true;
    // Reads the message that it was ready, which waits if nobody was subscribed.
    this.ref();
    this.start.end();
    for (const lane of this.lanes) lane.stop();
    this.#events.onExit(this, exit);
    this.#messages.close();
    this.#memory.close();
  }

  #onMessage(message: WorkerMessage): void {
    switch (message.type) {
      case 'answers':
        if (message.rss !== undefined) this.rss = message.rss;
        return this.#laneOf(message)?.onAnswers(message);
      case 'memory-opened':
        return this.#memory.onOpened(message.isOpen);
      case 'given-back':
        this.#laneOf(message)?.onGivenBack(message);
        return this.#events.onRoom(this);
      case 'heeds':
        return this.#laneOf(message)?.onHeeds(message.item);
      case 'stopped':
        this.isRetired = true;
        for (const lane of this.lanes) lane.keepBegun(0);
        return;
      case 'needs-share':
        this.send({ type: 'share', value: this.#share?.read() }).catch(() => this.kill());
        return;
      case 'ready':
        return this.#onReady();
      default:
        message satisfies never;
    }
  }

  #laneOf({ lane = 0 }: { lane?: number }): Lane | undefined {
    return this.lanes[lane];
  }

  #onReady(): void {
    this.start.end();
    this.readySince = now();
    this.idleSince = this.readySince;
    this.#events.onReady(this);
    this.lanes[0]?.checkDeadline();
  }
}
