/** Both sides: batches what is sent, in order, so that many values travel as one frame. */
import { Scratch } from '../util/scratch';
import { clearImmediate, dateNow, setImmediate } from '../util/timers';
import type { ErrorDetails } from './error-details';
import { encodeJson, encodeV8, encodeValues, type Frame, type ValuesType } from './frames';
import { NOT_PLAIN, PlainCopier } from './plain';
import { PlainData } from './plain-data';

/** Values in one frame, and about how many bytes of them. */
const MOST_VALUES = 1_024;
const LARGEST_BATCH = 64 * 1024;
/** Milliseconds that a value waits at most while others are added. */
const LONGEST_WAIT = 5;
/** Values that are written at once, each as a frame. Later values are batched, until the allowance is renewed. */
const ALLOWANCE = 8;
/** Milliseconds without a value that renew the allowance. A shorter pause may be a garbage collection. */
const QUIET = 5;

// Loaded on first use: many children send only plain data.
const errorDetailsIn = (value: unknown) => (require('./crossing') as typeof import('./crossing')).errorDetailsIn(value);

/** A frame is written, or copied, before the next one is encoded. */
const scratch = new Scratch();

/** Writes a frame that contains so many `values`. The memory of the frame is used again. */
export type WriteFrame = (frame: Frame, values: number) => void;

/** A message that carries values, such as `commands` or `messages`. */
interface ValuesMessage {
  type: ValuesType;
  values: unknown[];
}

/**
 * The first few values are written at once, each as a frame. Values that follow closely are batched until the turn of
 * the event loop ends, the batch is full, or 5 ms have passed. The last rule serves work that never yields.
 */
export class Outgoing<Message extends { type: string }, Type extends Extract<Message, ValuesMessage>['type']> {
  readonly #type: Type;
  readonly #write: WriteFrame;
  readonly #copier = new PlainCopier();
  #batch: unknown[] = [];
  /** The values of the last message in the batch, while more values may be added to it, and its type. */
  #openValues: unknown[] | undefined;
  #openType: Type;
  /** How many values are in the batch. */
  #values = 0;
  /** When the flush at the end of the turn was planned. */
  #waitsSince = 0;
  /** When the last value was added, and written if it was due. */
  #lastValue = Number.NEGATIVE_INFINITY;
  #allowance = ALLOWANCE;
  #immediate: NodeJS.Immediate | undefined;
  /** Everything is written at once. For a process that exits, where no turn of the event loop follows. */
  unbuffered = false;

  /** `type`: the usual type of the messages that carry values. */
  constructor(type: Type, write: WriteFrame) {
    this.#type = type;
    this.#openType = type;
    this.#write = write;
  }

  /**
   * Adds a message, to be written by the end of the turn. `details`: those of its errors; they are looked for if they are
   * not given. Throws if the message cannot be serialized.
   */
  add(message: Message, details?: readonly ErrorDetails[]): void {
    const copy = this.#copier.copy(message);
    if (copy === NOT_PLAIN) return this.#writeAlone(message, 0, details ?? errorDetailsIn(message));
    this.#batch.push(copy);
    this.#openValues = undefined;
    this.flushSoon();
  }

  /**
   * Adds a message that JSON returns exactly and that nobody changes. It is written with what follows: the caller must
   * call `flushSoon` if nothing may follow.
   */
  addExact(message: Message): void {
    this.#batch.push(message);
    this.#openValues = undefined;
  }

  /** Adds a message, and writes everything. Throws if it cannot be serialized. */
  send(message: Message, details?: readonly ErrorDetails[]): void {
    this.add(message, details);
    this.flush();
  }

  /** Adds a value, and returns true. Adds nothing, and returns false, if it is not plain data. */
  addPlain(value: unknown, type: Type = this.#type): boolean {
    const copy = this.#copier.copy(value);
    if (copy === NOT_PLAIN) return value instanceof PlainData && this.#addPlainData(value, type);
    this.#push(copy, type);
    return true;
  }

  #addPlainData(plain: PlainData, type: Type): true {
    this.#copier.add(plain);
    this.#push(plain.value, type);
    return true;
  }

  #push(copy: unknown, type: Type): void {
    const values = type === this.#openType && this.#openValues ? this.#openValues : this.#openMessage(type);
    values.push(copy);
    this.#values += 1;
    if (this.#isDue(values.length)) {
      this.flush();
      this.#lastValue = dateNow();
    } else if (this.#immediate === undefined) {
      this.flushSoon();
    }
  }

  #openMessage(type: Type): unknown[] {
    const values: unknown[] = [];
    this.#openValues = values;
    this.#openType = type;
    this.#batch.push({ type, values });
    return values;
  }

  /** Writes any value, with the details of its errors, in a frame of its own. Throws if it cannot be serialized. */
  addAny(value: unknown, details: readonly ErrorDetails[] = [], type: Type = this.#type): void {
    this.#writeAlone({ type, values: [value] } as unknown as Message, 1, details);
  }

  /** Renews the allowance: the other side has sent something, so it may wait for an answer. */
  renew(): void {
    this.#allowance = ALLOWANCE;
  }

  /** Writes the batch at the end of this turn of the event loop. */
  flushSoon(): void {
    if (this.#batch.length === 0) return;
    if (this.unbuffered) return this.flush();
    if (this.#immediate !== undefined) return;
    this.#waitsSince = dateNow();
    this.#immediate = setImmediate(() => this.flush());
  }

  /** Writes the batch. */
  flush(): void {
    const batch = this.#batch;
    if (batch.length === 0) return this.#cancelFlush();
    // First of all: it throws if the call stack is nearly used up. Then the batch must stay, and its flush planned.
    const frame = this.#encode(batch);
    const values = this.#values;
    this.#cancelFlush();
    this.#batch = [];
    this.#openValues = undefined;
    this.#values = 0;
    this.#copier.reset();
    this.#write(frame, values);
  }

  #encode(batch: unknown[]): Frame {
    if (!this.#copier.exact) return encodeV8(batch);
    const values = batch.length === 1 ? this.#openValues : undefined;
    return values ? encodeValues(this.#openType, values, scratch) : encodeJson(batch, scratch);
  }

  #cancelFlush(): void {
    if (this.#immediate === undefined) return;
    clearImmediate(this.#immediate);
    this.#immediate = undefined;
  }

  #writeAlone(message: Message, values: number, details: readonly ErrorDetails[]): void {
    // Before the flush, since it may throw.
    const encoded = encodeV8([message], details);
    this.flush();
    this.#write(encoded, values);
  }

  /** Whether the batch is written now. `open`: how many values its last message has. */
  #isDue(open: number): boolean {
    // In a new process this clock takes a fifth of the time of a monotonic one. If somebody sets the clock,
    // the batch is written sooner than it has to be.
    const time = dateNow();
    // A pause while values wait is none of the sender: the system has kept this process waiting.
    if (open === 1 && time - this.#lastValue > QUIET) this.#allowance = ALLOWANCE;
    this.#lastValue = time;
    if (this.#values >= MOST_VALUES || this.#copier.size >= LARGEST_BATCH) return true;
    if (this.#immediate !== undefined && Math.abs(time - this.#waitsSince) > LONGEST_WAIT) return true;
    // If earlier values wait, this one waits with them.
    if (open > 1 || this.#allowance === 0) return false;
    this.#allowance -= 1;
    return true;
  }
}
