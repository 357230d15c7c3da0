/** Child side: limits how many messages may be sent before the parent acknowledges them. */

/** Messages, and bytes of messages, that may be unacknowledged before `emit` waits. */
const MAX_MESSAGES = 4_096;
const MAX_BYTES = 1024 * 1024;

const RESOLVED = Promise.resolve();

export class SendWindow {
  /** Messages that were emitted and are not acknowledged, sent or not. */
  #messages = 0;
  /** Bytes of the frames that are not acknowledged completely. */
  #bytes = 0;
  /** The unacknowledged rest of each sent frame, oldest first. */
  readonly #frames: { messages: number; bytes: number }[] = [];
  #waiting: { promise: Promise<void>; resolve(): void } | undefined;
  readonly #onWaiting: (isWaiting: boolean) => void;
  #isUnlimited = false;

  /** `onWaiting` is called with true when a caller of `room()` has to wait, and with false when none waits any more. */
  constructor(onWaiting: (isWaiting: boolean) => void) {
    this.#onWaiting = onWaiting;
  }

  /** Counts a message that was emitted. */
  add(): void {
    this.#messages += 1;
  }

  /** Counts a frame that was sent with this many messages in it. */
  sent(messages: number, bytes: number): void {
    if (messages === 0) return;
    this.#bytes += bytes;
    this.#frames.push({ messages, bytes });
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
    if (!this.#isFull) this.#resume();
  }

  /** Resolves when there is room for another message. */
  room(): Promise<void> {
    if (!this.#isFull) return RESOLVED;
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

  /** From now on there is always room. */
  removeLimit(): void {
    this.#isUnlimited = true;
    this.#resume();
  }

  #resume(): void {
    if (!this.#waiting) return;
    this.#waiting.resolve();
    this.#waiting = undefined;
    this.#onWaiting(false);
  }

  get #isFull(): boolean {
    return !this.#isUnlimited && (this.#messages > MAX_MESSAGES || this.#bytes > MAX_BYTES);
  }
}
