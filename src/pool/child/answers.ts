/** Child side: answers on their way to the pool, several in a message. */

import { encodeError } from '../../protocol/remote-error';
import { now } from '../../util/clock';
import { safeText } from '../../util/safely';
import { approximateSize } from '../wire/approximate-size';
import { copyValue } from '../wire/copy-value';
import type { AnswerKind, AnswersMessage, WorkerMessage } from '../wire/messages';
import type { PlacedSlice } from '../wire/shared-file';
import type { OutputMemory } from './output-memory';

/** ms that an answer may wait for others. */
const LONGEST_WAIT = 1;
/** Bytes, roughly, that do not wait for more. */
const MUCH = 1024 * 1024;
/** Entries that do not wait for more. */
const MANY = 1024;
/** ms between two looks at the memory. */
const LOOK = 20;

export class Answers {
  readonly #emit: (message: WorkerMessage) => Promise<void>;
  #values: unknown[] = [];
  #times: number[] = [];
  #kinds: Record<number, AnswerKind> | undefined;
  #stored: PlacedSlice[] | undefined;
  #bulk = 0;
  #since = 0;
  #timer: NodeJS.Timeout | undefined;
  #watchesMemory = false;
  #lookedAt = 0;
  /** Whether an output of the present item could not cross: what it gives besides is no longer wanted. */
  #spoilt = false;

  /** Where large outputs are put. */
  shared: OutputMemory | undefined;

  constructor(emit: (message: WorkerMessage) => Promise<void>) {
    this.#emit = emit;
  }

  get isSpoilt(): boolean {
    return this.#spoilt;
  }

  watchMemory(): void {
    this.#watchesMemory = true;
  }

  /** `when` it was done, and the `time` that it took, in ms; true where the answers should leave. */
  add(value: unknown, when: number, time: number, kind?: AnswerKind): boolean {
    if (this.#spoilt) {
      if (kind !== 'output') this.#spoilt = false;
      return false;
    }
    const at = this.#keep(value, kind);
    if (at === 1) this.#since = when - time;
    this.#times.push(Math.round(time * 1_000));
    this.#bulk += approximateSize(value);
    return when - this.#since > LONGEST_WAIT || this.#bulk > MUCH || at >= MANY;
  }

  /** The value as it is now, and its kind. */
  #keep(value: unknown, kind: AnswerKind | undefined): number {
    if (kind === undefined && value === undefined) return this.#push(null, 'void');
    if (kind !== undefined && kind !== 'output') return this.#push(value, kind);
    const place = this.shared?.put(value);
    if (!place) return this.#push(copyValue(value), kind);
    const { offset, length, type } = place;
    this.#stored ??= [];
    this.#stored.push({ at: this.#values.length, offset, length, type });
    return this.#push(null, kind);
  }

  #push(value: unknown, kind: AnswerKind | undefined): number {
    const at = this.#values.push(value);
    if (!kind) return at;
    this.#kinds ??= {};
    this.#kinds[at - 1] = kind;
    return at;
  }

  /** What was thrown, as an answer. */
  fail(error: unknown, when: number, time: number): boolean {
    const encoded = encodeError(error);
    return this.add({ ...encoded, stack: framesOfWork(encoded.stack) }, when, time, 'failed');
  }

  /** Answers leave after a while, also if nothing comes that takes them along. */
  leaveSoon(): void {
    if (this.#values.length === 0 || this.#timer) return;
    this.#timer = setTimeout(() => this.leave(), LONGEST_WAIT);
  }

  /** The answers leave now. Settles when there is room for more. */
  leave(): Promise<void> | undefined {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#values.length === 0) return undefined;
    const message: AnswersMessage = { type: 'answers', values: this.#values, times: this.#times };
    if (this.#kinds) message.kinds = this.#kinds;
    if (this.#stored) message.stored = this.#stored;
    this.#values = [];
    this.#times = [];
    this.#kinds = undefined;
    this.#stored = undefined;
    this.#bulk = 0;
    if (this.#watchesMemory) this.#lookAtMemory(message);
    try {
      return this.#emit(message);
    } catch {
      return this.#oneByOne(message);
    }
  }

  #lookAtMemory(message: AnswersMessage): void {
    const when = now();
    if (when - this.#lookedAt < LOOK) return;
    this.#lookedAt = when;
    message.rss = process.memoryUsage.rss();
  }

  /** One of several cannot cross: the others do. */
  #oneByOne({ values, times, kinds = {}, stored = [] }: AnswersMessage): Promise<void> | undefined {
    let left: Promise<void> | undefined;
    let spoilt = false;
    for (const [at, value] of values.entries()) {
      const kind = kinds[at];
      const isLast = kind !== 'output';
      if (spoilt) {
        spoilt = !isLast;
        continue;
      }
      const own = stored.flatMap(each => (each.at === at ? [{ ...each, at: 0 }] : []));
      const alone: AnswersMessage = { type: 'answers', values: [value], times: [times[at] as number], stored: own };
      try {
        left = this.#emit(kind ? { ...alone, kinds: { 0: kind } } : alone);
      } catch (error) {
        spoilt = !isLast;
        left = this.#emit({ ...alone, values: [whyUnsendable(value, error)], kinds: { 0: 'unsendable' } });
      }
    }
    this.#spoilt = spoilt;
    return left;
  }
}

/** The frames below the work are this library's, and say nothing about the fault. */
function framesOfWork(stack: string): string {
  const lines = stack.split('\n');
  const end = lines.findIndex(line => line.includes(__dirname));
  return end > 0 ? lines.slice(0, end).join('\n') : stack;
}

function whyUnsendable(value: unknown, error: unknown): string {
  const { findObstacle } = require('../../protocol/crossing') as typeof import('../../protocol/crossing');
  const obstacle = findObstacle(value, 'output', 'message');
  return obstacle ? `${obstacle.path} ${obstacle.problem}: give plain data` : safeText((error as Error)?.message);
}
