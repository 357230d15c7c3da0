/** Caller side: hands items to the queue, as far ahead as the options allow. The others wait here. */
import type { JobsOptions, Queue } from 'bullmq';
import { PriorityFifo } from '../../pool/parent/items/priority-fifo';
import { copyValue } from '../../pool/wire/copy-value';
import { markHandled } from '../../util/mark-handled';
import { clearTimeout, queueMicrotask, setTimeout } from '../../util/timers';
import type { CheckedCallOptions } from '../options';
import { encodeList, toText } from '../wire/bytes';
import type { RedisUses } from '../wire/redis-uses';
import { type Ticket, WIRE_VERSION } from '../wire/words';
import type { InFlight } from './in-flight';

/** Bytes, or characters of JSON, of items that are kept in their job. Longer ones have a key of their own, without base64. */
const INSIDE = 1_024;
/** If less than this part of `ahead` is in Redis, more items go at once. */
const LOW_WATER_SHARE = 3 / 4;
/** Else they wait this many ms for others, since it costs less to hand several in together. */
const TOGETHER = 1;

export interface SenderConfig {
  /** The id of the caller. */
  caller: string;
  name: string;
  options: CheckedCallOptions;
  queue: Queue;
  uses: RedisUses;
  /** Resolves when the caller's stream is there. */
  opened(): Promise<unknown>;
  now(): number;
  /** Items that could not be handed in. */
  onFailed(entries: readonly InFlight[], error: unknown): void;
}

interface OutgoingJob {
  entries: InFlight[];
  body: string | Buffer | undefined;
  job: { name: string; data: Ticket; opts: JobsOptions };
}

export class Sender {
  readonly #config: SenderConfig;
  readonly #waiting = new PriorityFifo<InFlight>();
  /** Items in Redis, and their bytes. */
  #count = 0;
  #bytes = 0;
  #isDue = false;
  #timer: NodeJS.Timeout | undefined;
  #isRemovalDue = false;
  /** Resolves when the bodies of all turns before were put. Never rejects. */
  #bodiesBefore: Promise<unknown> = Promise.resolve();

  constructor(config: SenderConfig) {
    this.#config = config;
  }

  /** How many items wait here. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** How many items are in Redis. */
  get sent(): number {
    return this.#count;
  }

  add(entry: InFlight): void {
    this.#waiting.push(entry);
    this.#sendSoon();
  }

  /** Removes the settled items that wait here, in a microtask: once for all items that one signal cancels. */
  removeSettledSoon(): void {
    if (this.#isRemovalDue) return;
    this.#isRemovalDue = true;
    queueMicrotask(() => {
      this.#isRemovalDue = false;
      this.#waiting.remove(({ job }) => job.settled);
    });
  }

  /** An item is not in Redis any more, so another may go. */
  release(entry: InFlight): void {
    if (entry.size === 0) return;
    this.#count -= 1;
    this.#bytes -= entry.size;
    entry.size = 0;
    if (this.#waiting.length === 0) return;
    if (this.#count <= this.#config.options.ahead * LOW_WATER_SHARE) this.#sendSoon();
    else this.#timer ??= setTimeout(() => this.#sendSoon(), TOGETHER).unref();
  }

  /** In a microtask: once for all items that are added until then. */
  #sendSoon(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    queueMicrotask(() => {
      this.#isDue = false;
      clearTimeout(this.#timer);
      this.#timer = undefined;
      const jobs: OutgoingJob[] = [];
      while (this.#hasRoom) {
        const job = this.#next();
        if (job) jobs.push(job);
      }
      if (jobs.length > 0) markHandled(this.#send(jobs));
    });
  }

  get #hasRoom(): boolean {
    const { ahead, aheadBytes } = this.#config.options;
    return this.#waiting.length > 0 && this.#count < ahead && this.#bytes < aheadBytes;
  }

  /** The next items as one job. Undefined if they cannot cross. */
  #next(): OutgoingJob | undefined {
    const { caller, name, options, now, onFailed } = this.#config;
    const { ahead, batch, attempts, backoff, priority } = options;
    const entries: InFlight[] = [];
    const first = this.#waiting.first as InFlight;
    const limit = Math.min(batch, ahead - this.#count, first.job.batchLimit);
    for (let next = this.#waiting.first; next && entries.length < limit; next = this.#waiting.first) {
      if (next.epoch !== first.epoch) break;
      this.#waiting.shift();
      if (!next.job.settled) entries.push(next);
    }
    if (entries.length === 0) return undefined;
    let items: string | Buffer;
    try {
      items = encodedOf(entries, options);
    } catch (error) {
      if (entries.length === 1) onFailed(entries, error);
      else {
        // One of them cannot cross, or they are too large together. Each is tried alone.
        for (const { job } of entries) job.batchLimit = 1;
        this.#waiting.putBack(entries);
      }
      return undefined;
    }
    const id = `${caller}-${first.number}-${first.epoch}`;
    for (const entry of entries) {
      entry.id = id;
      entry.since = now();
      entry.size = items.length / entries.length;
      this.#count += 1;
      this.#bytes += entry.size;
    }
    const isInside = items.length <= INSIDE;
    const data: Ticket = { w: WIRE_VERSION, c: caller, n: entries.map(({ number }) => number), e: first.epoch };
    if (isInside) data.d = toText(items);
    if (entries.some(({ job }) => job.watch)) data.t = entries.map(({ job }) => job.watch?.trace?.carrier ?? null);
    const opts: JobsOptions = { jobId: id, attempts };
    if (backoff !== undefined) opts.backoff = backoff;
    if (priority !== undefined) opts.priority = priority;
    return { entries, body: isInside ? undefined : items, job: { name, data, opts } };
  }

  /** All bodies come first, also those of earlier turns, so that the jobs are added in the order of their items. */
  async #send(jobs: readonly OutgoingJob[]): Promise<void> {
    const bodies = this.#putBodies(jobs, this.#bodiesBefore);
    this.#bodiesBefore = bodies;
    const results = await bodies;
    const adding = jobs.map((job, at) => {
      const result = results[at];
      return result?.status === 'rejected' ? this.#fail(job, result.reason) : this.#add(job);
    });
    await Promise.all(adding);
  }

  async #putBodies(jobs: readonly OutgoingJob[], before: Promise<unknown>): Promise<PromiseSettledResult<unknown>[]> {
    const { opened } = this.#config;
    const results = await Promise.allSettled(jobs.map(job => (job.body ? this.#putBody(job, job.body) : opened())));
    await before;
    return results;
  }

  async #putBody({ job }: OutgoingJob, body: string | Buffer): Promise<void> {
    const { uses, options, opened } = this.#config;
    await opened();
    await uses.putBody(job.opts.jobId as string, body, 2 * options.leaseMs);
  }

  /**
   * All jobs of a turn leave by one write: see `sendTogether` in wire/connect. For BullMQ's `addBulk`, ioredis would make a
   * pipeline, and making it costs as much as five jobs.
   */
  async #add(outgoing: OutgoingJob): Promise<void> {
    const { name, data, opts } = outgoing.job;
    try {
      await this.#config.queue.add(name, data, opts);
    } catch (error) {
      this.#fail(outgoing, error);
    }
  }

  #fail({ entries, body, job }: OutgoingJob, error: unknown): void {
    const { uses, onFailed } = this.#config;
    onFailed(entries, error);
    if (body) markHandled(uses.deleteBody(job.opts.jobId as string));
  }
}

/** An item as it waits: serialized if it will travel alone, else copied, since its owner may change it. */
export function payloadOf(item: unknown, { batch }: CheckedCallOptions): unknown {
  if (batch > 1) return copyValue(item);
  try {
    return encodeList([item]);
  } catch (error) {
    return new Unsendable(error);
  }
}

/** The item is rejected when its turn comes, as its owner may not expect that within the call that adds it. */
class Unsendable {
  readonly error: unknown;
  constructor(error: unknown) {
    this.error = error;
  }
}

function encodedOf(entries: readonly InFlight[], { batch }: CheckedCallOptions): string | Buffer {
  const payloads = entries.map(({ payload }) => payload);
  if (batch > 1) return encodeList(payloads);
  const [only] = payloads;
  if (only instanceof Unsendable) throw only.error;
  return only as string | Buffer;
}
