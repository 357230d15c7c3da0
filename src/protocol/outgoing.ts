/** Both sides: what is about to be sent. Many values travel as one frame, in the order in which they were added. */
import { now } from '../util/clock';
import { encodeJson, encodeV8, type Frame } from './frames';
import { NOT_PLAIN, PlainCopier } from './plain';

/** Values, and about how many bytes of them, that leave as one frame. */
const MOST_VALUES = 512;
const LARGEST_BATCH = 64 * 1024;
/** ms that a value waits at the most while others are added. */
const LONGEST_WAIT = 5;
/** Values that leave at once before those that follow closely wait for each other; some quiet, or an answer, renews them. */
const ALLOWANCE = 8;
const QUIET = 1;

/** Writes a frame. `values`: how many of the many are in it. */
export type WriteFrame = (frame: Frame, values: number) => void;

interface Many<Type extends string> {
  type: Type;
  values: unknown[];
}

/**
 * A few values leave at once, each. Those that follow them closely wait for each other: until the turn of the event
 * loop is over, a batch is full, or some milliseconds have passed, so that work that never yields is heard too.
 */
export class Outgoing<Message extends { type: string }, Type extends Extract<Message, Many<string>>['type']> {
  readonly #type: Type;
  readonly #write: WriteFrame;
  readonly #copier = new PlainCopier();
  #batch: unknown[] = [];
  #run: unknown[] | undefined;
  #values = 0;
  /** When the first of what waits was added. */
  #since: number | undefined;
  #left = Number.NEGATIVE_INFINITY;
  #allowance = ALLOWANCE;
  #turn: NodeJS.Immediate | undefined;
  /** No turn of the event loop follows: everything leaves at once. */
  hurried = false;

  /** `type`: of the messages whose values are many. */
  constructor(type: Type, write: WriteFrame) {
    this.#type = type;
    this.#write = write;
  }

  /** Adds one that is none of many, and leaves with what follows. Throws if it cannot be serialised. */
  add(message: Message): void {
    const copy = this.#copier.copy(message);
    if (copy === NOT_PLAIN) return this.#alone(message, 0);
    this.#batch.push(copy);
    this.#run = undefined;
    this.flushSoon();
  }

  /** Adds one that JSON tells exactly and that nobody changes; it leaves with what follows, or upon `flushSoon`. */
  addExact(message: Message): void {
    this.#batch.push(message);
    this.#run = undefined;
  }

  /** Adds one and sends all there is. Throws if it cannot be serialised. */
  send(message: Message): void {
    this.add(message);
    this.flush();
  }

  /** Adds one of many values, if it is plain data. */
  addPlain(value: unknown): boolean {
    const copy = this.#copier.copy(value);
    if (copy === NOT_PLAIN) return false;
    if (!this.#run) {
      this.#run = [];
      this.#batch.push({ type: this.#type, values: this.#run });
    }
    this.#run.push(copy);
    this.#values += 1;
    this.#wait();
    return true;
  }

  /** Adds one of many values, whatever it is. Throws if it cannot be serialised. */
  addAny(value: unknown): void {
    this.#alone({ type: this.#type, values: [value] } as unknown as Message, 1);
  }

  /** The other side has answered: what goes back to it need not wait. */
  renew(): void {
    this.#allowance = ALLOWANCE;
  }

  /** Sends what there is when the turn of the event loop is over. */
  flushSoon(): void {
    if (this.#batch.length === 0) return;
    if (this.hurried) return this.flush();
    this.#since ??= now();
    this.#turn ??= setImmediate(() => this.flush());
  }

  /** Sends all there is. `time`: as it is now, where that is known. */
  flush(time?: number): void {
    if (this.#turn) clearImmediate(this.#turn);
    this.#turn = undefined;
    this.#since = undefined;
    const batch = this.#batch;
    if (batch.length === 0) return;
    const values = this.#values;
    const { exact } = this.#copier;
    this.#batch = [];
    this.#run = undefined;
    this.#values = 0;
    this.#copier.reset();
    this.#left = time ?? now();
    this.#write(exact ? encodeJson(batch) : encodeV8(batch), values);
  }

  #alone(message: Message, values: number): void {
    const encoded = encodeV8([message]);
    this.flush();
    this.#left = now();
    this.#write(encoded, values);
  }

  #wait(): void {
    const isFull = this.#values >= MOST_VALUES || this.#copier.size >= LARGEST_BATCH;
    const time = now();
    if (isFull || this.#isDue(time)) this.flush(time);
    else this.flushSoon();
  }

  #isDue(time: number): boolean {
    if (this.#since !== undefined && time - this.#since > LONGEST_WAIT) return true;
    // What follows closely waits already.
    if (this.#run && this.#run.length > 1) return false;
    if (time - this.#left > QUIET) this.#allowance = ALLOWANCE;
    if (this.#allowance === 0) return false;
    this.#allowance -= 1;
    return true;
  }
}
