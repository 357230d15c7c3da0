/** Child side: collects the answers of a worker, and sends several in one message. */

import { PlainData } from '../../protocol/plain-data';
import { encodeError } from '../../protocol/remote-error';
import { now } from '../../util/clock';
import { safeText } from '../../util/safely';
import { clearTimeout, setTimeout } from '../../util/timers';
import { approximateSize } from '../wire/approximate-size';
import { copyForMessage } from '../wire/copy-value';
import type { AnswerKind, AnswersMessage, WorkerMessage } from '../wire/messages';
import { isWorthFile, packTogether, packValues, withPacked } from '../wire/pack';
import type { IndexedSlice } from '../wire/shared-file';
import type { OutputMemory } from './output-memory';

/** How long an answer waits for others, ms. */
const FLUSH_DELAY = 1;
/** Answers of more than this many bytes are flushed at once. */
const FLUSH_BYTES = 1024 * 1024;
/** This many answers are flushed at once. */
const FLUSH_COUNT = 1024;
/** If the answers of a message have more bytes than this on average, the message tells the pool how many they are. */
const LARGE_ANSWER = 2_048;
/** ms between two readings of the resident memory. */
const RSS_INTERVAL = 20;

/** Sends a message to the pool. */
export type Emit = (message: WorkerMessage) => Promise<void>;

export interface AnswersConfig {
  /** The index of the lane whose items are answered. */
  lane: number;
  emit: Emit;
}

export class Answers {
  readonly #lane: number;
  readonly #emit: Emit;
  #values: unknown[] = [];
  #times: number[] = [];
  #kinds: Record<number, AnswerKind> | undefined;
  #slices: IndexedSlice[] | undefined;
  /** The approximate size of all values. */
  #bytes = 0;
  /** About the bytes of the value that was added last. */
  lastSize = 0;
  /** When the work on the first of the values began, ms. */
  #since = 0;
  #flushTimer: NodeJS.Timeout | undefined;
  #reportsRss = false;
  #rssReadAt = 0;
  /** Whether the current item has failed already: one of its outputs could not cross. Its other answers are dropped. */
  #hasItemFailed = false;

  /** Takes large outputs, once the pool shares its memory. */
  memory: OutputMemory | undefined;

  constructor({ lane, emit }: AnswersConfig) {
    this.#lane = lane;
    this.#emit = emit;
  }

  get hasItemFailed(): boolean {
    return this.#hasItemFailed;
  }

  reportRss(): void {
    this.#reportsRss = true;
  }

  /** Adds an answer. `when` it was ready, and the `time` of the work, ms. True if the answers should be flushed. */
  add(value: unknown, when: number, time: number, kind?: AnswerKind): boolean {
    if (this.#hasItemFailed) {
      if (kind !== 'output') this.#hasItemFailed = false;
      return false;
    }
    const count = this.#addValue(value, kind);
    if (count === 1) this.#since = when - time;
    this.#times.push(Math.round(time * 1_000));
    const last = this.#values[count - 1];
    this.lastSize = last instanceof PlainData ? last.size : approximateSize(value);
    this.#bytes += this.lastSize;
    return when - this.#since > FLUSH_DELAY || this.#bytes > FLUSH_BYTES || count >= FLUSH_COUNT;
  }

  /** Adds a copy of the value. Returns how many values there are. */
  #addValue(value: unknown, kind: AnswerKind | undefined): number {
    if (kind === undefined && value === undefined) return this.#push(null, 'void');
    if (kind !== undefined && kind !== 'output') return this.#push(value, kind);
    const slice = this.memory?.write(value);
    if (!slice) return this.#push(copyForMessage(value), kind);
    const { offset, length, type } = slice;
    this.#slices ??= [];
    this.#slices.push({ index: this.#values.length, offset, length, type });
    return this.#push(null, kind);
  }

  #push(value: unknown, kind: AnswerKind | undefined): number {
    const count = this.#values.push(value);
    if (!kind) return count;
    this.#kinds ??= {};
    this.#kinds[count - 1] = kind;
    return count;
  }

  /** Adds what the work threw. True if the answers should be flushed. */
  addError(error: unknown, when: number, time: number): boolean {
    const encoded = encodeError(error);
    return this.add({ ...encoded, stack: withoutLibraryFrames(encoded.stack) }, when, time, 'failed');
  }

  /** Flushes after a while, unless `flush` is called before. */
  flushSoon(): void {
    if (this.#values.length === 0 || this.#flushTimer) return;
    this.#flushTimer = setTimeout(() => this.flush(), FLUSH_DELAY);
  }

  /** Sends all answers. The promise settles when there is room for more; undefined if there was nothing to send. */
  flush(): Promise<void> | undefined {
    if (this.#flushTimer) clearTimeout(this.#flushTimer);
    this.#flushTimer = undefined;
    if (this.#values.length === 0) return undefined;
    const message: AnswersMessage = { type: 'answers', values: this.#values, times: this.#times };
    // Not in those of the first lane, which most workers have alone.
    if (this.#lane > 0) message.lane = this.#lane;
    if (this.#kinds) message.kinds = this.#kinds;
    if (this.#slices) message.slices = this.#slices;
    if (this.#bytes > LARGE_ANSWER * this.#values.length) message.bytes = this.#bytes;
    this.#values = [];
    this.#times = [];
    this.#kinds = undefined;
    this.#slices = undefined;
    this.#bytes = 0;
    if (this.#reportsRss) this.#addRss(message);
    const packed = packValues(message.values);
    message.values = packed.values;
    const { memory } = this;
    const slice =
      memory && !message.slices && isWorthFile(packed) ? memory.writeBytes(packTogether(packed)) : undefined;
    if (slice) return this.#emit({ ...message, values: [], together: { index: 0, ...slice } });
    try {
      return this.#emit(withPacked(message, packed));
    } catch {
      return this.#sendOneByOne(message);
    }
  }

  #addRss(message: AnswersMessage): void {
    const when = now();
    if (when - this.#rssReadAt < RSS_INTERVAL) return;
    this.#rssReadAt = when;
    message.rss = process.memoryUsage.rss();
  }

  /** Sends each answer in its own message, since one of them cannot cross. That one is sent as 'unsendable'. */
  #sendOneByOne({
    lane,
    values,
    times,
    kinds = {},
    slices = [],
    bytes = 0,
  }: AnswersMessage): Promise<void> | undefined {
    let sent: Promise<void> | undefined;
    let hasItemFailed = false;
    for (const [index, value] of values.entries()) {
      const kind = kinds[index];
      const isItemDone = kind !== 'output';
      if (hasItemFailed) {
        hasItemFailed = !isItemDone;
        continue;
      }
      const ownSlices = slices.filter(slice => slice.index === index).map(slice => ({ ...slice, index: 0 }));
      const single: AnswersMessage = {
        ...(lane === undefined ? {} : { lane }),
        type: 'answers',
        values: [value],
        times: [times[index] as number],
        slices: ownSlices,
        bytes: bytes / values.length,
      };
      try {
        sent = this.#emit(kind ? { ...single, kinds: { 0: kind } } : single);
      } catch (error) {
        hasItemFailed = !isItemDone;
        sent = this.#emit({ ...single, values: [whyUnsendable(value, error)], kinds: { 0: 'unsendable' } });
      }
    }
    this.#hasItemFailed = hasItemFailed;
    return sent;
  }
}

/** Cuts off the frames below `work()`: they are this library's, and say nothing about the error. */
function withoutLibraryFrames(stack: string): string {
  const lines = stack.split('\n');
  const end = lines.findIndex(line => line.includes(__dirname));
  return end > 0 ? lines.slice(0, end).join('\n') : stack;
}

function whyUnsendable(value: unknown, error: unknown): string {
  const { describeObstacle, findObstacle } =
    require('../../protocol/crossing') as typeof import('../../protocol/crossing');
  const obstacle = findObstacle(value, 'output', 'message');
  return obstacle ? describeObstacle(obstacle, 'give plain data') : safeText((error as Error)?.message);
}
