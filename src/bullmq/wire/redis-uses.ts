/**
 * Both sides: all that is done with Redis besides BullMQ's own jobs, so that another engine would replace this file:
 * reply: one stream per caller, by which hosts send outputs, and which is trimmed as it is read.
 * body: a key per job for items that are too long for the job.
 * control: a channel by which callers acknowledge outputs and cancel items.
 * lease: the stream of a caller expires unless the caller renews it, and hosts then drop its items.
 * sweep: what became of jobs, in case that Redis has lost some.
 */
import type { Redis } from 'ioredis';
import type { Control } from './words';

/** The stream is trimmed as it is read. If its caller cannot read, it holds no more entries than this. */
const MOST_ENTRIES = 1_000_000;
/** ms that a read waits for entries. */
const READ_WAIT = 2_000;
/** Entries of one read. */
const READ_COUNT = 128;

export interface QueueNames {
  prefix: string;
  queue: string;
  version: string;
}

/** What Redis knows of a job. `isTaken`: a host has it at the moment. `hasBegun`: a host has taken it at some time. */
export interface JobState {
  exists: boolean;
  hasBegun: boolean;
  isFinished: boolean;
  failedReason: string | undefined;
  isTaken: boolean;
}

export class RedisUses {
  /** The name of the queue of BullMQ. */
  readonly queueName: string;
  readonly #redis: Redis;
  readonly #keys: string;
  readonly #control: string;

  constructor(redis: Redis, { prefix, queue, version }: QueueNames) {
    this.queueName = `${queue}@${version}`;
    this.#redis = redis;
    this.#keys = `${prefix}:${this.queueName}`;
    this.#control = `${this.#keys}:control`;
  }

  // Reply and lease

  /** Makes or renews the stream of a caller. Resolves with whether it was new: then all that was in it is lost. */
  async openReply(caller: string, leaseMs: number): Promise<boolean> {
    const key = this.#reply(caller);
    const isRenewed = await this.renewLease(caller, leaseMs);
    if (isRenewed) return false;
    const transaction = this.#redis.multi().xadd(key, 'MAXLEN', '~', MOST_ENTRIES, '*', 'open', '');
    throwFirst(await transaction.pexpire(key, leaseMs).exec());
    return true;
  }

  /** Resolves with false if the lease was over. */
  async renewLease(caller: string, leaseMs: number): Promise<boolean> {
    return (await this.#redis.pexpire(this.#reply(caller), leaseMs)) === 1;
  }

  async hasLease(caller: string): Promise<boolean> {
    return (await this.#redis.exists(this.#reply(caller))) === 1;
  }

  /** Resolves when it is written; with false if the caller is gone. */
  async writeReply(caller: string, body: string | Buffer): Promise<boolean> {
    const key = this.#reply(caller);
    return (await this.#redis.xadd(key, 'NOMKSTREAM', '*', 'words', body as unknown as string)) !== null;
  }

  /** Waits for entries behind `last` on a connection of its own. Resolves with their bodies, and the new `last`. */
  async readReply(reader: Redis, caller: string, last: string): Promise<{ bodies: Buffer[]; last: string }> {
    const key = this.#reply(caller);
    const found = await reader.xreadBuffer('COUNT', READ_COUNT, 'BLOCK', READ_WAIT, 'STREAMS', key, last);
    const entries = entriesOf(found);
    const bodies = entries.flatMap(([, fields]) => (String(fields[0]) === 'words' ? (fields[1] as Buffer) : []));
    return { bodies, last: String(entries.at(-1)?.[0] ?? last) };
  }

  /** Drops what was read. */
  async trimReply(caller: string, last: string): Promise<void> {
    const [ms, sequence] = last.split('-');
    await this.#redis.xtrim(this.#reply(caller), 'MINID', `${ms}-${Number(sequence) + 1}`);
  }

  async deleteReply(caller: string): Promise<void> {
    await this.#redis.del(this.#reply(caller));
  }

  // Body

  async putBody(job: string, body: string | Buffer, ms: number): Promise<void> {
    await this.#redis.set(this.#body(job), body, 'PX', Math.ceil(ms));
  }

  async getBody(job: string): Promise<Buffer | null> {
    return this.#redis.getBuffer(this.#body(job));
  }

  async deleteBody(job: string): Promise<void> {
    await this.#redis.del(this.#body(job));
  }

  // Control

  async tell(control: Control): Promise<void> {
    await this.#redis.publish(this.#control, JSON.stringify(control));
  }

  /** Calls `onControl` with all that callers tell, by a connection of its own. */
  listen(listener: Redis, onControl: (control: Control) => void): void {
    listener.on('message', (_channel, message) => onControl(JSON.parse(message) as Control));
    // It subscribes again by itself if the connection was lost.
    listener.subscribe(this.#control).catch(() => {});
  }

  // Sweep

  /** What became of jobs. `keyOf`: the key of a job of BullMQ. Keeps their bodies for `ms` more. */
  async statesOf(jobs: readonly string[], keyOf: (job: string) => string, ms: number): Promise<JobState[]> {
    const pipeline = this.#redis.pipeline();
    for (const job of jobs) {
      pipeline.hmget(keyOf(job), 'timestamp', 'finishedOn', 'failedReason', 'processedOn');
      pipeline.exists(`${keyOf(job)}:lock`);
      pipeline.pexpire(this.#body(job), Math.ceil(ms));
    }
    const results = throwFirst(await pipeline.exec());
    return jobs.map((_, at) => {
      const [timestamp, finishedOn, failedReason, processedOn] = results[3 * at] as (string | null)[];
      return {
        exists: timestamp !== null,
        hasBegun: processedOn !== null,
        isFinished: finishedOn !== null,
        failedReason: failedReason ?? undefined,
        isTaken: results[3 * at + 1] === 1,
      };
    });
  }

  #reply(caller: string): string {
    return `${this.#keys}:reply:${caller}`;
  }

  #body(job: string): string {
    return `${this.#keys}:body:${job}`;
  }
}

function throwFirst(results: [error: Error | null, result: unknown][] | null): unknown[] {
  return (results ?? []).map(([error, result]) => {
    if (error) throw error;
    return result;
  });
}

type Entry = [id: Buffer, fields: Buffer[]];

/** The entries of the one stream that was read: see `replyMapping` in ./connect. */
const entriesOf = (found: unknown): Entry[] => (found as [key: Buffer, entries: Entry[]][] | null)?.[0]?.[1] ?? [];
