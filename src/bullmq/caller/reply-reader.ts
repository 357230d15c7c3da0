/** Caller side: reads what hosts say, from the one stream of its caller. */
import type { Redis } from 'ioredis';
import { markHandled } from '../../util/mark-handled';
import { setTimeout } from '../../util/timers';
import { decodeList } from '../wire/bytes';
import type { RedisUses } from '../wire/redis-uses';
import type { Word } from '../wire/words';

/** ms before a read is tried again. */
const RETRY = 100;
/** How much that was read may stay in Redis. */
const UNTRIMMED = { entries: 128, bytes: 2 ** 20 };

export class ReplyReader {
  readonly #redis: Redis;
  readonly #uses: RedisUses;
  readonly #caller: string;
  readonly #onWord: (word: Word) => void;
  #last = '0-0';
  #untrimmed = { entries: 0, bytes: 0 };
  #isStopped = false;

  constructor(redis: Redis, uses: RedisUses, caller: string, onWord: (word: Word) => void) {
    this.#redis = redis;
    this.#uses = uses;
    this.#caller = caller;
    this.#onWord = onWord;
  }

  /** Reads until it is stopped. */
  async run(): Promise<void> {
    while (!this.#isStopped) {
      try {
        await this.#readOnce();
      } catch {
        if (!this.#isStopped) await new Promise(resolve => setTimeout(resolve, RETRY).unref());
      }
    }
  }

  /** The stream is a new one, as Redis had lost the one before. */
  restart(): void {
    this.#last = '0-0';
  }

  stop(): void {
    this.#isStopped = true;
  }

  async #readOnce(): Promise<void> {
    const from = this.#last;
    const { bodies, last } = await this.#uses.readReply(this.#redis, this.#caller, from);
    if (this.#isStopped) return;
    // Unless `restart` was called meanwhile.
    if (this.#last === from) this.#last = last;
    for (const body of bodies) {
      this.#untrimmed.entries += 1;
      this.#untrimmed.bytes += body.length;
      for (const word of decodeList(body)) this.#onWord(word as Word);
    }
    this.#trim(bodies.length === 0);
  }

  /** Drops what was read from Redis, once it is worth it, or if nothing more comes. */
  #trim(isIdle: boolean): void {
    const { entries, bytes } = this.#untrimmed;
    const isWorth = entries >= UNTRIMMED.entries || bytes >= UNTRIMMED.bytes || (isIdle && entries > 0);
    if (!isWorth) return;
    this.#untrimmed = { entries: 0, bytes: 0 };
    markHandled(this.#uses.trimReply(this.#caller, this.#last));
  }
}
