/** Host side: an item on its way through the pool of a host. Its outputs go to the caller. */
import type { Carrier } from '../../diagnostics/tracer';
import { type Failure, Job } from '../../pool/parent/items/job';
import { now } from '../../util/clock';
import { markHandled } from '../../util/mark-handled';
import { encodeFailure } from '../wire/failure';
import { sizeOfOutput, UNACKNOWLEDGED, type WordKind } from '../wire/words';
import { NotOurs, Unwanted } from './dropped';
import type { ReplyWriter } from './reply-writer';

export interface HostJobConfig {
  number: number;
  attempt: number;
  /** Whether the item is not tried again if it fails. */
  isLastAttempt: boolean;
  /** The context in which its caller has handed it in. */
  carrier: Carrier | undefined;
  writer: ReplyWriter;
  /** Whether the pool was shut down, so that another host is to have the item. */
  isAbandoned(): boolean;
  onSettled(job: HostJob): void;
  /** A word could not be written. */
  onUnwritten(reason: unknown): void;
}

export class HostJob extends Job {
  readonly #config: HostJobConfig;
  failure: Failure | undefined;
  /** Resolves when the last word so far is written. */
  #written: Promise<void> = Promise.resolve();
  /** Why a word could not be written. */
  #unwritten: { reason: unknown } | undefined;
  #sequence = 0;
  #acknowledged = 0;
  /** Bytes of the outputs that are not acknowledged, oldest first. */
  readonly #sizes: number[] = [];
  #bytes = 0;
  /** Whether the work may have given several outputs. */
  #hasSeveral = false;
  /** How many outputs come again, since a worker of this host has crashed. They are dropped. */
  #repeatedCount = 0;
  readonly #roomCallbacks: (() => void)[] = [];

  constructor(item: unknown, config: HostJobConfig) {
    super(item);
    this.#config = config;
  }

  get number(): number {
    return this.#config.number;
  }

  get carrier(): Carrier | undefined {
    return this.#config.carrier;
  }

  addOutput(value: unknown): void {
    this.#sayOutput('output', value);
  }

  setOnlyOutput(value: unknown): void {
    this.#sayOutput('only', value);
  }

  override endOutputs(): void {
    this.#hasSeveral = true;
  }

  restart(): void {
    this.#repeatedCount = this.#sequence;
  }

  override whenRoom(callback: () => void): void {
    const isFull = this.#sizes.length >= UNACKNOWLEDGED.outputs || this.#bytes >= UNACKNOWLEDGED.bytes;
    if (isFull && !this.settled) this.#roomCallbacks.push(callback);
    else callback();
  }

  /** The caller has taken `count` outputs. */
  acknowledge(count: number): void {
    for (; this.#acknowledged < count && this.#sizes.length > 0; this.#acknowledged++) {
      this.#bytes -= this.#sizes.shift() as number;
    }
    for (const callback of this.#roomCallbacks.splice(0)) this.whenRoom(callback);
  }

  fulfill(): void {
    this.#say(this.#hasSeveral ? 'ended' : 'done', now() - this.addedAt);
    this.#settle();
  }

  reject(failure: Failure): void {
    const { reason } = failure;
    const { isLastAttempt, isAbandoned } = this.#config;
    this.failure = failure;
    const isDropped = reason instanceof Unwanted || reason instanceof NotOurs || isAbandoned();
    if (isLastAttempt && !isDropped) this.#say('failed', encodeFailure(reason));
    this.#settle();
  }

  /** Resolves when all that was said is written. Rejects if some of it could not be. */
  async written(): Promise<void> {
    await this.#written;
    if (this.#unwritten) throw this.#unwritten.reason;
  }

  #sayOutput(kind: 'output' | 'only', value: unknown): void {
    if (this.#repeatedCount > 0) {
      this.#repeatedCount -= 1;
      return;
    }
    const size = sizeOfOutput(value);
    this.#say(kind, value);
    this.#sequence += 1;
    this.#sizes.push(size);
    this.#bytes += size;
  }

  #say(kind: WordKind, value: unknown): void {
    const { number, attempt, writer, onUnwritten } = this.#config;
    const written = writer.say([number, attempt, this.#sequence, kind, value]);
    if (written === this.#written) return;
    this.#written = written;
    markHandled(
      written.then(undefined, reason => {
        this.#unwritten ??= { reason };
        if (!this.settled) onUnwritten(reason);
      }),
    );
  }

  #settle(): void {
    for (const callback of this.#roomCallbacks.splice(0)) callback();
    this.#config.onSettled(this);
  }
}
