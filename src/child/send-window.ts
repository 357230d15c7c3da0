/** Child side: limits how many messages may be sent before the parent acknowledges them. */

/** Messages, and bytes of messages, that may be unacknowledged before `emit` waits. */
const MAX_MESSAGES = 4_096;
const MAX_BYTES = 1024 * 1024;

const RESOLVED = Promise.resolve();

/**
 * Counts messages as they are written, frame by frame: `emit` itself does nothing here but read `room`. Messages that wait
 * for their frame are not counted. Their number has its own limit: see Outgoing.
 */
export class SendWindow {
  /** Resolved while there is room for another message, else undefined: `wait` for it. */
  room: Promise<void> | undefined = RESOLVED;
  #waiting: { promise: Promise<void>; resolve(): void } | undefined;
  /** Messages that were sent and are not acknowledged. */
  #messages = 0;
  /** Bytes of the frames that are not acknowledged completely. */
  #bytes = 0;
  /** The unacknowledged rest of each sent frame, oldest first. */
  readonly #frames: { messages: number; bytes: number }[] = [];
  readonly #onWaiting: (isWaiting: boolean) => void;
  #isUnlimited = false;

  /** `onWaiting` is called with true when a message has to wait for room, and with false when none waits any more. */
  constructor(onWaiting: (isWaiting: boolean) => void) {
    this.#onWaiting = onWaiting;
    // Set a second time, so that V8 does not take the field for a constant. It would drop the optimized code of `emit` at
    // the first change.
    this.room = RESOLVED;
  }

  /** Counts a frame that is sent with this many messages in it. */
  sent(messages: number, bytes: number): void {
    if (messages === 0) return;
    this.#messages += messages;
    this.#bytes += bytes;
    this.#frames.push({ messages, bytes });
    if (this.#isFull) this.room = undefined;
  }

  /** The parent acknowledges this many more messages. */
  acknowledge(messages: number): void {
    this.#messages -= messages;
    for (let remaining = messages; remaining > 0; ) {
      const oldest = this.#frames[0];
      if (!oldest) break;
      if (oldest.messages > remaining) {
        oldest.messages -= remaining;
        break;
      }
      remaining -= oldest.messages;
      this.#bytes -= oldest.bytes;
      this.#frames.shift();
    }
    if (!this.#isFull) this.#open();
  }

  /** From now on there is always room. */
  removeLimit(): void {
    this.#isUnlimited = true;
    this.#open();
  }

  /** Resolves when there is room for another message. */
  wait(): Promise<void> {
    if (!this.#waiting) {
      let resolve = () => {};
      const promise = new Promise<void>(resolvePromise => {
        resolve = resolvePromise;
      });
      this.#waiting = { promise, resolve };
      this.#onWaiting(true);
    }
    return this.#waiting.promise;
  }

  #open(): void {
    this.room = RESOLVED;
    if (!this.#waiting) return;
    this.#waiting.resolve();
    this.#waiting = undefined;
    this.#onWaiting(false);
  }

  get #isFull(): boolean {
    return (this.#messages > MAX_MESSAGES || this.#bytes > MAX_BYTES) && !this.#isUnlimited;
  }
}
