/** Caller side: an item from when it is added until it settles, with the state of its outputs. */
import type { Job } from '../../pool/parent/items/job';
import { firstAttempt, sizeOfOutput, UNACKNOWLEDGED, type Word } from '../wire/words';

/** What a word means for its item. `lost`: outputs before it are missing. */
export type Heard = 'nothing' | 'output' | 'settled' | 'lost';

export class InFlight {
  readonly job: Job;
  /** The number of the item. */
  readonly number: number;
  /** A copy of the item, or its bytes if it travels alone. */
  readonly payload: unknown;
  /** The id of its job in BullMQ; undefined while it waits here. */
  id: string | undefined;
  /** Bytes that it takes in Redis. */
  size = 0;
  /** How many times it was handed in again, because Redis had lost it. */
  epoch = 0;
  /** When it was last handed in, ms. */
  since = 0;
  /** Since when its job has not been found, ms. */
  missingSince: number | undefined;
  /** The number of outputs that are acknowledged. */
  acknowledged = 0;
  #attempt = 0;
  #sequence = 0;
  #unacknowledgedBytes = 0;

  constructor(job: Job, number: number, payload: unknown) {
    this.job = job;
    this.number = number;
    this.payload = payload;
  }

  get priority(): number {
    return this.job.priority;
  }

  /** Whether a host has given an output of it since it was last handed in. */
  get isBegun(): boolean {
    return this.#attempt > firstAttempt(this.epoch);
  }

  /** It goes to the queue again. All words of earlier attempts are dropped. */
  again(): void {
    this.epoch += 1;
    this.id = undefined;
    this.missingSince = undefined;
    this.acknowledged = 0;
  }

  /** Takes a word of a host. Outputs that were taken before come again after a restart, and the job drops them. */
  hear([, attempt, sequence, kind]: Word): Heard {
    if (attempt < this.#attempt || attempt < firstAttempt(this.epoch)) return 'nothing';
    if (attempt > this.#attempt) {
      if (this.#attempt > 0) this.job.restart();
      this.#attempt = attempt;
      this.#sequence = 0;
      this.acknowledged = 0;
      this.#unacknowledgedBytes = 0;
    }
    if (kind === 'failed') return 'settled';
    if (sequence > this.#sequence) return 'lost';
    if (sequence < this.#sequence) return 'nothing';
    if (kind !== 'output') return 'settled';
    this.#sequence += 1;
    return 'output';
  }

  /** Counts an output. Returns whether it is time to acknowledge. */
  mustAcknowledge(value: unknown): boolean {
    this.#unacknowledgedBytes += sizeOfOutput(value);
    const isTime =
      this.#sequence - this.acknowledged >= UNACKNOWLEDGED.outputs / 2 ||
      this.#unacknowledgedBytes >= UNACKNOWLEDGED.bytes / 2;
    if (!isTime) return false;
    this.acknowledged = this.#sequence;
    this.#unacknowledgedBytes = 0;
    return true;
  }
}
