/** Host side: the callers whose items are here, and whether their leases last. */
import { now } from '../../util/clock';
import type { RedisUses } from '../wire/redis-uses';
import { ReplyWriter } from './reply-writer';

/** ms for which an answer of Redis counts. */
const FRESH = 1_000;
/** ms after which a caller without items is forgotten. */
const FORGET = 60_000;

interface Caller {
  writer: ReplyWriter;
  isAlive: Promise<boolean>;
  /** When Redis was asked, ms. */
  askedAt: number;
}

export class Callers {
  readonly #uses: RedisUses;
  readonly #callers = new Map<string, Caller>();

  constructor(uses: RedisUses) {
    this.#uses = uses;
  }

  writer(id: string): ReplyWriter {
    return this.#get(id).writer;
  }

  /** Whether the lease lasts. True if Redis cannot say. */
  isAlive(id: string): Promise<boolean> {
    const caller = this.#get(id);
    if (now() - caller.askedAt > FRESH) {
      caller.isAlive = this.#ask(id);
      caller.askedAt = now();
    }
    return caller.isAlive;
  }

  #get(id: string): Caller {
    const known = this.#callers.get(id);
    if (known) return known;
    for (const [other, { askedAt }] of this.#callers) if (now() - askedAt > FORGET) this.#callers.delete(other);
    const caller = { writer: new ReplyWriter(this.#uses, id), isAlive: this.#ask(id), askedAt: now() };
    this.#callers.set(id, caller);
    return caller;
  }

  #ask(id: string): Promise<boolean> {
    return this.#uses.hasLease(id).catch(() => true);
  }
}
