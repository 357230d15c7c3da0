/** Parent side: acknowledges the messages of a child, so that the child sends only so many in advance. */

/**
 * Messages, and bytes of messages, after which they are acknowledged. A quarter of what the child may send in advance.
 */
const MESSAGES_PER_ACKNOWLEDGMENT = 1_024;
const BYTES_PER_ACKNOWLEDGMENT = 256 * 1024;

interface Count {
  messages: number;
  bytes: number;
}

/** Messages count as consumed when they arrive, unless a `messages()` loop consumes them one by one. */
export class ReceiveWindow {
  readonly #acknowledge: (messages: number) => void;
  /** The messages of each frame that arrived and are not consumed, oldest first. */
  readonly #unconsumed: Count[] = [];
  /** What is consumed, but not acknowledged. */
  readonly #unacknowledged: Count = { messages: 0, bytes: 0 };
  #oneByOne = false;

  /** `acknowledge` is called with the number of messages that were consumed since its last call. */
  constructor(acknowledge: (messages: number) => void) {
    this.#acknowledge = acknowledge;
  }

  /** Whether messages are consumed one by one. `consumed` is then called for each. */
  get oneByOne(): boolean {
    return this.#oneByOne;
  }

  set oneByOne(oneByOne: boolean) {
    this.#oneByOne = oneByOne;
    if (!oneByOne) for (const frame of this.#unconsumed.splice(0)) this.#consume(frame);
  }

  /** A frame with this many messages has arrived. */
  received(messages: number, bytes: number): void {
    if (this.#oneByOne) this.#unconsumed.push({ messages, bytes });
    else this.#consume({ messages, bytes });
  }

  /** One message was consumed. */
  consumed(): void {
    const frame = this.#unconsumed[0];
    // The message arrived before the loop began, so it was counted then.
    if (!frame) return;
    frame.messages -= 1;
    if (frame.messages > 0) return this.#consume({ messages: 1, bytes: 0 });
    this.#unconsumed.shift();
    this.#consume({ messages: 1, bytes: frame.bytes });
  }

  #consume({ messages, bytes }: Count): void {
    const total = this.#unacknowledged;
    total.messages += messages;
    total.bytes += bytes;
    if (total.messages < MESSAGES_PER_ACKNOWLEDGMENT && total.bytes < BYTES_PER_ACKNOWLEDGMENT) return;
    this.#acknowledge(total.messages);
    total.messages = 0;
    total.bytes = 0;
  }
}
