/** Host side: an item on its way through the pool of a host. Its outputs go to the caller. */
import { type Failure, Job } from '../../pool/parent/items/job';
import { now } from '../../util/clock';
import { encodeFailure } from '../wire/failure';
import type { WordKind } from '../wire/words';
import type { Active } from './active';
import { NotOurs, Unwanted } from './dropped';
import { OutputsAhead } from './outputs-ahead';

export class HostJob extends Job {
  readonly number: number;
  readonly #active: Active;
  failure: Failure | undefined;
  #sequence = 0;
  /** There is none if the item has no outputs, or only one. */
  #ahead: OutputsAhead | undefined;
  /** Whether the work may have given several outputs. */
  #hasSeveral = false;
  #hasOnly = false;
  #only: unknown;
  /** How many outputs come again, since a worker of this host has crashed. They are dropped. */
  #repeatedCount = 0;

  constructor(item: unknown, number: number, active: Active) {
    super(item);
    this.number = number;
    this.#active = active;
  }

  addOutput(value: unknown): void {
    if (this.#isRepeated()) return;
    this.#say('output', value);
    this.#sequence += 1;
    this.#ahead ??= new OutputsAhead();
    this.#ahead.add(value);
  }

  /** It goes with the word that the item is done, which comes next. */
  setOnlyOutput(value: unknown): void {
    if (this.#isRepeated()) return;
    this.#hasOnly = true;
    this.#only = value;
  }

  override endOutputs(): void {
    this.#hasSeveral = true;
  }

  restart(): void {
    this.#repeatedCount = this.#sequence;
  }

  override whenRoom(callback: () => void): void {
    if (this.#ahead && !this.settled) this.#ahead.whenRoom(callback);
    else callback();
  }

  /** The caller has taken `count` outputs. */
  acknowledge(count: number): void {
    this.#ahead?.acknowledge(count);
  }

  fulfill(): void {
    const time = now() - this.addedAt;
    if (this.#hasOnly) this.#say('only', this.#only, time);
    else this.#say(this.#hasSeveral ? 'ended' : 'done', null, time);
    this.#settle();
  }

  reject(failure: Failure): void {
    const { reason } = failure;
    const { isLastAttempt, isAbandoned } = this.#active;
    this.failure = failure;
    const isDropped = reason instanceof Unwanted || reason instanceof NotOurs || isAbandoned;
    if (isLastAttempt && !isDropped) this.#say('failed', encodeFailure(reason));
    this.#settle();
  }

  #isRepeated(): boolean {
    if (this.#repeatedCount === 0) return false;
    this.#repeatedCount -= 1;
    return true;
  }

  #say(kind: WordKind, value: unknown, time = 0): void {
    this.#active.say([this.number, this.#active.attempt, this.#sequence, kind, value, time]);
  }

  #settle(): void {
    this.#ahead?.open();
    this.#active.onSettled();
  }
}
