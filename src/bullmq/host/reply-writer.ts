/** Host side: sends what is said in one turn of the event loop to a caller, as one entry of its stream. */
import { setImmediate } from '../../util/timers';
import { encodeWords } from '../wire/bytes';
import type { RedisUses } from '../wire/redis-uses';
import type { Word } from '../wire/words';
import { CallerGone } from './dropped';

/** One entry of the stream. */
export class Entry {
  /** Resolves when it is written, or could not be. Never rejects. */
  readonly written: Promise<void>;
  /** Called if it could not be written: with CallerGone if nobody reads it. */
  readonly onUnwritten: ((reason: unknown) => void)[] = [];

  constructor(send: (entry: Entry) => Promise<void>) {
    this.written = send(this);
  }
}

export class ReplyWriter {
  readonly #uses: RedisUses;
  readonly #caller: string;
  readonly #isBusy: () => boolean;
  #words: Word[] = [];
  #entry: Entry | undefined;

  /** `isBusy`: whether more words are to be expected in this turn. If not, words are written at the end of their message. */
  constructor(uses: RedisUses, caller: string, isBusy: () => boolean) {
    this.#uses = uses;
    this.#caller = caller;
    this.#isBusy = isBusy;
  }

  /** Returns the entry that the word is part of. */
  say(word: Word): Entry {
    this.#words.push(word);
    this.#entry ??= new Entry(entry => this.#send(entry));
    return this.#entry;
  }

  async #send(entry: Entry): Promise<void> {
    await (this.#isBusy() ? new Promise<void>(resolve => setImmediate(resolve)) : undefined);
    const words = this.#words;
    this.#words = [];
    this.#entry = undefined;
    try {
      const isRead = await this.#uses.writeReply(this.#caller, encodeWords(words));
      if (!isRead) throw new CallerGone();
    } catch (reason) {
      for (const callback of entry.onUnwritten) callback(reason);
    }
  }
}
