/** Both sides: writes to the other one, by the descriptor, in the order in which it was asked to. */
import { writeSync } from 'node:fs';
import { block, now } from '../util/clock';
import { type Frame, sizeOf } from './frames';

/** ms between two tries to write into a full pipe while this process blocks, at first and at the most. */
const SHORTEST_PAUSE = 0.02;
const LONGEST_PAUSE = 0.5;
/** Tries before the first pause. */
const QUICK_TRIES = 8;
/** ms that this process blocks for the sake of the other side, which mostly reads just now; and if it does not. */
const LONGEST_BLOCK = 5;
const STALLED = 0.3;
/** ms between two tries while this process goes on. */
const SHORTEST_RETRY = 1;
const LONGEST_RETRY = 20;

/**
 * Not by the stream of the channel: one write that fails, since the other side has just ended, destroys that, together
 * with what the other side said last and what has not been read yet.
 */
export class Pipe {
  readonly #descriptor: () => number;
  readonly #mostWaiting: number;
  #waiting: Buffer[] = [];
  #size = 0;
  #retry: NodeJS.Timeout | undefined;
  #open = true;

  /** `mostWaiting`: bytes that may wait for a side that does not read; beyond them, who writes waits too. */
  constructor(descriptor: () => number, mostWaiting = Number.POSITIVE_INFINITY) {
    this.#descriptor = descriptor;
    this.#mostWaiting = mostWaiting;
  }

  /** Has left this process when it returns, or does as soon as the other side reads on. What waits of it is copied. */
  write(frame: Frame): void {
    if (!this.#open) return;
    const isFirst = this.#waiting.length === 0;
    const [head] = frame;
    // Mostly the other side has room for all of it.
    const written = isFirst && frame.length === 1 ? this.#writeSome(head) : 0;
    if (written === head.length || !this.#open) return;
    this.#waiting.push(...frame);
    this.#size += sizeOf(frame);
    if (written > 0) this.#left(written);
    if (isFirst) this.#push(LONGEST_BLOCK, STALLED);
    if (this.#size > this.#mostWaiting) this.drain();
    if (this.#size === 0) return;
    // Views are their owner's, who may change them as soon as this returns.
    const own = Math.min(frame.length - 1, this.#waiting.length);
    for (let at = this.#waiting.length - own; at < this.#waiting.length; at++) {
      this.#waiting[at] = Buffer.from(this.#waiting[at] as Buffer);
    }
    this.#retry ??= this.#again(SHORTEST_RETRY);
  }

  /** Returns when all has left this process, or after `longest` ms. */
  drain(longest = Number.POSITIVE_INFINITY): void {
    this.#push(longest, longest);
  }

  /** Writes what the other side takes now, where no event loop does. */
  pump(): void {
    this.#writeNow();
  }

  /** Nothing more is written. */
  close(): void {
    this.#open = false;
    this.#waiting = [];
    this.#size = 0;
    clearTimeout(this.#retry);
  }

  /** Who waits for an answer keeps this process alive by other means. */
  #again(delay: number): NodeJS.Timeout {
    return setTimeout(() => {
      const before = this.#size;
      this.#writeNow();
      if (this.#size < before) this.#push(LONGEST_BLOCK, STALLED);
      const next = this.#size < before ? SHORTEST_RETRY : Math.min(2 * delay, LONGEST_RETRY);
      this.#retry = this.#size > 0 ? this.#again(next) : undefined;
    }, delay).unref();
  }

  /** Writes until all is written, `longest` ms have passed, or `stalled` ms in which the other side took nothing. */
  #push(longest: number, stalled: number): void {
    this.#writeNow();
    if (this.#size === 0) return;
    const start = now();
    let pause = SHORTEST_PAUSE;
    let tries = 0;
    for (let time = start, moved = start; time - start < longest && time - moved < stalled; time = now()) {
      // The other side mostly reads just now, on another processor: a pause takes longer than that.
      if (tries++ >= QUICK_TRIES) block(pause);
      const before = this.#size;
      this.#writeNow();
      if (this.#size === 0) return;
      if (this.#size < before) {
        moved = now();
        tries = 0;
        pause = SHORTEST_PAUSE;
      } else if (tries > QUICK_TRIES) {
        pause = Math.min(2 * pause, LONGEST_PAUSE);
      }
    }
  }

  /** Writes what the pipe takes now. */
  #writeNow(): void {
    for (let first = this.#waiting[0]; first; first = this.#waiting[0]) {
      const written = this.#writeSome(first);
      if (written === 0) return;
      this.#left(written);
    }
  }

  /** So many bytes of the first that waits have left. */
  #left(written: number): void {
    const first = this.#waiting[0] as Buffer;
    this.#size -= written;
    if (written < first.length) this.#waiting[0] = first.subarray(written);
    else this.#waiting.shift();
  }

  /** Writes as much as the pipe takes now; 0 where it takes nothing. */
  #writeSome(bytes: Buffer): number {
    try {
      return writeSync(this.#descriptor(), bytes);
    } catch (error) {
      // EPIPE and the like: nobody is left to hear it.
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') this.close();
      return 0;
    }
  }
}
