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
  /** Resolves when there is room for another message. */
  room: Promise<void> = RESOLVED;
  #resolveRoom = (): void => {};
  /** Messages that were sent and are not acknowledged. */
  #messages = 0;
  /** Bytes of the frames that are not acknowledged completely. */
  #bytes = 0;
  /** The unacknowledged rest of each sent frame, oldest first. */
  readonly #frames: { messages: number; bytes: number }[] = [];
  readonly #onFull: (isFull: boolean) => void;
  #isUnlimited = false;

  /** `onFull` is called with true when there is no more room, and with false when there is again. */
  constructor(onFull: (isFull: boolean) => void) {
    this.#onFull = onFull;
    // V8 takes a field that was set once for a constant, and would drop the code of `emit` when it changes.
    this.room = RESOLVED;
  }

  /** Counts a frame that is sent with this many messages in it. */
  sent(messages: number, bytes: number): void {
    if (messages === 0) return;
    this.#messages += messages;
    this.#bytes += bytes;
    this.#frames.push({ messages, bytes });
    if (this.#isFull) this.#close();
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

  #close(): void {
    if (this.room !== RESOLVED) return;
    this.room = new Promise(resolve => {
      this.#resolveRoom = resolve;
    });
    this.#onFull(true);
  }

  #open(): void {
    if (this.room === RESOLVED) return;
    this.room = RESOLVED;
    this.#resolveRoom();
    this.#onFull(false);
  }

  get #isFull(): boolean {
    return (this.#messages > MAX_MESSAGES || this.#bytes > MAX_BYTES) && !this.#isUnlimited;
  }
}
