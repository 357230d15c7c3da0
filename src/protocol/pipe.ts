/** Both sides: writes frames to the other process, in order, by the descriptor of the channel. */
import { writeSync } from 'node:fs';
import { block, now } from '../util/clock';
import { clearTimeout, setTimeout } from '../util/timers';
import { type Frame, sizeOf } from './frames';

/** Milliseconds between two tries to write to a full pipe while this process blocks: first pause and longest pause. */
const SHORTEST_PAUSE = 0.02;
const LONGEST_PAUSE = 0.5;
/** Tries before the first pause. */
const QUICK_TRIES = 8;
/** Milliseconds that this process blocks at most while the other side reads. */
const LONGEST_BLOCK = 5;
/** Milliseconds that this process blocks while the other side reads nothing. */
const LONGEST_STALL = 0.3;
/** Milliseconds between two tries while this process does not block: first delay and longest delay. */
const SHORTEST_RETRY = 1;
const LONGEST_RETRY = 20;

/**
 * Whether a write failed since the pipe is full for now. On macOS and BSD, it may be the system that has no room left.
 * https://github.com/libuv/libuv/blob/v1.x/src/unix/stream.c (IS_TRANSIENT_WRITE_ERROR)
 */
export function isFull(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'EAGAIN' || code === 'ENOBUFS';
}

/**
 * Does not write by the channel's stream. When the other side has just ended, a failed write destroys the stream, and
 * with it everything that the other side sent last and that has not been read yet.
 */
export class Pipe {
  readonly #descriptor: () => number;
  readonly #mostWaiting: number;
  #waiting: Buffer[] = [];
  /** Bytes that wait. */
  #size = 0;
  #retry: NodeJS.Timeout | undefined;
  #open = true;

  /** `mostWaiting`: bytes that may wait if the other side does not read. With more of them, `write` blocks. */
  constructor(descriptor: () => number, mostWaiting = Number.POSITIVE_INFINITY) {
    this.#descriptor = descriptor;
    this.#mostWaiting = mostWaiting;
  }

  /** Writes as much as the other side reads soon. A copy of the rest waits, and is written later. */
  write(frame: Frame): void {
    if (!this.#open) return;
    const isFirst = this.#waiting.length === 0;
    const head = frame[0];
    // The fast path: in most cases the pipe takes the whole frame.
    const written = isFirst && frame.length === 1 ? this.#writeSome(head) : 0;
    if (written === head.length || !this.#open) return;
    this.#waiting.push(...frame);
    this.#size += sizeOf(frame);
    if (written > 0) this.#remove(written);
    if (isFirst) this.#writeBlocking(LONGEST_BLOCK, LONGEST_STALL);
    if (this.#size > this.#mostWaiting) this.drain();
    if (this.#size === 0) return;
    // The user may change the views as soon as this returns, and the memory of the head is used again.
    const rest = Math.min(frame.length, this.#waiting.length);
    for (let at = this.#waiting.length - rest; at < this.#waiting.length; at++) {
      this.#waiting[at] = Buffer.from(this.#waiting[at] as Buffer);
    }
    this.#retry ??= this.#retryAfter(SHORTEST_RETRY);
  }

  /** Blocks until everything is written, or `longest` ms have passed. */
  drain(longest = Number.POSITIVE_INFINITY): void {
    this.#writeBlocking(longest, longest);
  }

  /** Writes what the pipe takes now. For a process whose event loop is blocked, so that the retries do not run. */
  pump(): void {
    this.#writeNow();
  }

  /** Drops what waits. From now on, `write` does nothing. */
  close(): void {
    this.#open = false;
    this.#waiting = [];
    this.#size = 0;
    clearTimeout(this.#retry);
  }

  /** The timer does not keep the process alive. A caller that waits for an answer holds the process by other means. */
  #retryAfter(delay: number): NodeJS.Timeout {
    return setTimeout(() => {
      const before = this.#size;
      this.#writeNow();
      if (this.#size < before) this.#writeBlocking(LONGEST_BLOCK, LONGEST_STALL);
      const next = this.#size < before ? SHORTEST_RETRY : Math.min(2 * delay, LONGEST_RETRY);
      this.#retry = this.#size > 0 ? this.#retryAfter(next) : undefined;
    }, delay).unref();
  }

  /** Blocks until all is written, `longest` ms have passed, or the other side has read nothing for `stall` ms. */
  #writeBlocking(longest: number, stall: number): void {
    this.#writeNow();
    if (this.#size === 0) return;
    const start = now();
    let pause = SHORTEST_PAUSE;
    let tries = 0;
    for (let time = start, progress = start; time - start < longest && time - progress < stall; time = now()) {
      // In most cases the other side is reading right now, on another processor, and is done before a pause would be.
      if (tries++ >= QUICK_TRIES) block(pause);
      const before = this.#size;
      this.#writeNow();
      if (this.#size === 0) return;
      if (this.#size < before) {
        progress = now();
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
      this.#remove(written);
    }
  }

  /** Removes `written` bytes from the first buffer that waits. */
  #remove(written: number): void {
    const first = this.#waiting[0] as Buffer;
    this.#size -= written;
    if (written < first.length) this.#waiting[0] = first.subarray(written);
    else this.#waiting.shift();
  }

  /** Writes what the pipe takes now of `bytes`. Returns the number of bytes written. */
  #writeSome(bytes: Buffer): number {
    try {
      return writeSync(this.#descriptor(), bytes);
    } catch (error) {
      // EPIPE and the like: the other side is gone.
      if (!isFull(error)) this.close();
      return 0;
    }
  }
}
