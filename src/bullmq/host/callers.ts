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
  /** A promise until Redis has answered. */
  isAlive: boolean | Promise<boolean>;
  /** When Redis was asked, ms. */
  askedAt: number;
}

export class Callers {
  readonly #uses: RedisUses;
  /** Whether words may wait for others of the same turn. */
  readonly #isBusy: () => boolean;
  readonly #callers = new Map<string, Caller>();

  constructor(uses: RedisUses, isBusy: () => boolean) {
    this.#uses = uses;
    this.#isBusy = isBusy;
  }

  writer(id: string): ReplyWriter {
    return this.#get(id).writer;
  }

  /** Whether the lease lasts. True if Redis cannot say. Not a promise if the answer is known. */
  isAlive(id: string): boolean | Promise<boolean> {
    const caller = this.#get(id);
    if (now() - caller.askedAt > FRESH) this.#ask(id, caller);
    return caller.isAlive;
  }

  #get(id: string): Caller {
    const known = this.#callers.get(id);
    if (known) return known;
    for (const [other, { askedAt }] of this.#callers) if (now() - askedAt > FORGET) this.#callers.delete(other);
    const caller = { writer: new ReplyWriter(this.#uses, id, this.#isBusy), isAlive: true, askedAt: 0 };
    this.#callers.set(id, caller);
    this.#ask(id, caller);
    return caller;
  }

  #ask(id: string, caller: Caller): void {
    caller.askedAt = now();
    const answer = this.#uses.hasLease(id).then(
      isAlive => isAlive,
      () => true,
    );
    caller.isAlive = answer;
    void answer.then(isAlive => {
      if (caller.isAlive === answer) caller.isAlive = isAlive;
    });
  }
}
