/** Child side: claims each item before the worker begins it, so that the pool can take back all others. */
import { attempt } from '../../util/safely';
import { ASK_THREAD, ClaimFile } from '../wire/claim-file';
import type { FileAddress } from '../wire/shared-file';
import type { ClaimThread } from './claim-thread';

/**
 * A claim in the file takes 1 microsecond, which is as long as a tiny item takes in all. A claim in memory that a thread
 * shares takes some nanoseconds, but the start of the thread takes 40 ms of processor time and 10 to 20 MB. So the
 * thread is started when the work on this many items took no more than this many ms. An item that the worker has waited for
 * does not count, since a worker that gets one now and then needs no thread.
 */
const MANY = 10_000;
const MANY_WITHIN = 500;

export class Claims {
  #file: ClaimFile | undefined;
  #thread: ClaimThread | undefined;
  /** The same thread, once it is up and the items are claimed in its memory. */
  #usedThread: ClaimThread | undefined;
  #begun = 0;
  /** The last request of the pool that was answered. */
  #answered = 0;
  /** When the item before was claimed, ms. Undefined if the worker has had none since. */
  #lastClaim: number | undefined;
  /** Of the items that count: how many there were, and the ms of work on them. */
  #count = 0;
  #countTime = 0;

  /** Opens the file of the pool, if that is possible. */
  open(address: FileAddress): void {
    this.#file = ClaimFile.open(address);
    if (this.#file) this.#file.begun = this.#begun;
  }

  /** Claims the next item, at `when`, ms. False if the pool has taken back what is not begun. */
  claim(when: number): boolean {
    if (this.#usedThread) return this.#usedThread.claim();
    this.#begun += 1;
    if (!this.#file) return true;
    this.#file.begun = this.#begun;
    const isTaken = this.#file.request !== this.#answered;
    if (isTaken) this.#begun -= 1;
    else if (!this.#thread) this.#countItem(when, this.#file);
    if (this.#thread?.isUp) this.#useThread(this.#thread, this.#file);
    return !isTaken;
  }

  /** Answers a request: how many items were begun. The items that come from now on can be claimed. */
  answer(request: number): number {
    this.#answered = request;
    if (this.#usedThread) return this.#usedThread.answer(request);
    if (this.#file) this.#file.begun = this.#begun;
    return this.#begun;
  }

  /** Whether the worker has items. */
  set hasItems(hasItems: boolean) {
    if (!hasItems) this.#lastClaim = undefined;
    if (this.#thread) this.#thread.hasItems = hasItems;
  }

  /** Counts the item before, whose work is over. */
  #countItem(when: number, file: ClaimFile): void {
    if (this.#lastClaim !== undefined) {
      this.#count += 1;
      this.#countTime += when - this.#lastClaim;
    }
    this.#lastClaim = when;
    if (this.#count < MANY) return;
    if (this.#countTime < MANY_WITHIN) this.#startThread(file);
    this.#count = 0;
    this.#countTime = 0;
  }

  #startThread(file: ClaimFile): void {
    // Not allowed without `--allow-worker` if Node restricts permissions.
    this.#thread = attempt(() => {
      const { ClaimThread } = require('./claim-thread') as typeof import('./claim-thread');
      return new ClaimThread(file);
    });
    if (this.#thread) this.#thread.hasItems = true;
  }

  /** From now on, the thread answers the pool. */
  #useThread(thread: ClaimThread, file: ClaimFile): void {
    thread.begin(this.#begun, this.#answered);
    this.#usedThread = thread;
    file.begun = ASK_THREAD;
    // The pool may have asked just now, and may have read the number before.
    if (file.request !== this.#answered) thread.take();
  }
}
