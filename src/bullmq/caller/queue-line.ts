/** Caller side: the connections of a caller, and what it sends and reads by them. */
import { randomUUID } from 'node:crypto';
import type { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import { markHandled } from '../../util/mark-handled';
import { setImmediate } from '../../util/timers';
import type { CheckedCallOptions } from '../options';
import { connect, keepAlive, loadPackages } from '../wire/connect';
import { inTime } from '../wire/in-time';
import { type JobState, RedisUses } from '../wire/redis-uses';
import type { Control, Word } from '../wire/words';
import { Cancellations } from './cancellations';
import { ReplyReader } from './reply-reader';

/** ms that the end of a caller waits for Redis. */
const CLOSE_LIMIT = 2_000;

export class QueueLine {
  /** The id of the caller, which its stream is named after. */
  readonly caller = randomUUID().replaceAll('-', '').slice(0, 16);
  readonly queue: Queue;
  readonly uses: RedisUses;
  readonly cancellations: Cancellations;
  readonly #options: CheckedCallOptions;
  readonly #redis: Redis;
  readonly #readerRedis: Redis;
  readonly #reader: ReplyReader;
  /** Resolves when the stream of the caller is there. */
  opened: Promise<unknown>;
  /** Whether Redis has answered at any time. */
  hasAnswered = false;
  /** Why it could not be reached the last time. */
  lastError: unknown;
  #isNeeded = false;
  #isClosed = false;

  constructor(name: string, options: CheckedCallOptions, onWord: (word: Word) => void) {
    const { bullmq, ioredis } = loadPackages(name);
    const { connection, prefix } = options;
    this.#options = options;
    this.#redis = connect(ioredis, connection);
    this.#readerRedis = connect(ioredis, connection);
    this.uses = new RedisUses(this.#redis, options);
    this.queue = new bullmq.Queue(this.uses.queueName, { connection: this.#redis, prefix });
    this.queue.on('error', () => {});
    this.cancellations = new Cancellations(this.queue, this.uses);
    this.#reader = new ReplyReader(this.#readerRedis, this.uses, this.caller, onWord);
    for (const redis of [this.#redis, this.#readerRedis]) {
      redis.on('error', error => {
        this.lastError = error;
      });
      // Each time that it was lost, tries again or is back. The socket is there one turn after it begins to connect.
      const refresh = () => keepAlive(redis, this.#isNeeded);
      redis.on('connecting', () => setImmediate(refresh));
      redis.on('connect', refresh);
      redis.on('reconnecting', refresh);
    }
    this.opened = this.#open();
    this.#redis.on('ready', () => {
      this.opened = this.#open();
    });
    markHandled(this.#reader.run());
  }

  /** Whether items are under way, so that this process has to live. */
  setNeeded(isNeeded: boolean): void {
    if (this.#isNeeded === isNeeded) return;
    this.#isNeeded = isNeeded;
    for (const redis of [this.#redis, this.#readerRedis]) keepAlive(redis, isNeeded);
  }

  /** Makes the stream of the caller if it is not there, and renews the lease. */
  renew(): Promise<unknown> {
    return this.#open();
  }

  tell(control: Control): void {
    markHandled(this.uses.tell(control));
  }

  statesOf(jobs: readonly string[]): Promise<JobState[]> {
    return this.uses.statesOf(jobs, job => this.queue.toKey(job), 2 * this.#options.leaseMs);
  }

  /** Ends the lease, and closes the connections. What Redis does not answer in time is left to the lease. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#reader.stop();
    this.#readerRedis.disconnect();
    // If Redis was never there, nothing of this caller is.
    if (!this.hasAnswered) return this.#redis.disconnect();
    await inTime(
      this.cancellations.done.then(() => this.uses.deleteReply(this.caller)),
      CLOSE_LIMIT,
    );
    await inTime(this.queue.close(), CLOSE_LIMIT);
    this.#redis.disconnect();
  }

  #open(): Promise<unknown> {
    if (this.#isClosed) return Promise.resolve();
    const opened = this.uses.openReply(this.caller, this.#options.leaseMs).then(isNew => {
      this.hasAnswered = true;
      if (isNew) this.#reader.restart();
    });
    markHandled(opened);
    return opened;
  }
}
