/** Host side: sends what is said in one turn of the event loop to a caller, as one entry of its stream. */
import { markHandled } from '../../util/mark-handled';
import { setImmediate } from '../../util/timers';
import { encodeList } from '../wire/bytes';
import type { RedisUses } from '../wire/redis-uses';
import type { Word } from '../wire/words';
import { CallerGone } from './dropped';

export class ReplyWriter {
  readonly #uses: RedisUses;
  readonly #caller: string;
  readonly #isBusy: () => boolean;
  #words: Word[] = [];
  #written: Promise<void> | undefined;

  /** `isBusy`: whether more words are to be expected in this turn. If not, words are written at the end of their message. */
  constructor(uses: RedisUses, caller: string, isBusy: () => boolean) {
    this.#uses = uses;
    this.#caller = caller;
    this.#isBusy = isBusy;
  }

  /** Resolves when the word is written. Rejects if it could not be, with CallerGone if nobody reads it. */
  say(word: Word): Promise<void> {
    this.#words.push(word);
    if (!this.#written) {
      const later = this.#isBusy() ? new Promise<void>(resolve => setImmediate(resolve)) : Promise.resolve();
      this.#written = later.then(() => this.#write());
      markHandled(this.#written);
    }
    return this.#written;
  }

  async #write(): Promise<void> {
    const words = this.#words;
    this.#words = [];
    this.#written = undefined;
    const isRead = await this.#uses.writeReply(
      this.#caller,
      encodeList(words, ([, , , , value]) => value),
    );
    if (!isRead) throw new CallerGone();
  }
}
