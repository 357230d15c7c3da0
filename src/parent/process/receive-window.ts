/** Parent side: tells the child how much of what it sent has been taken, so that it runs ahead only so far. */

/** Messages, and bytes of them, after which the child is told: a part of what it may have under way. */
const MESSAGES = 1_024;
const BYTES = 256 * 1024;

interface CountedFrame {
  messages: number;
  bytes: number;
}

/** What has come counts as taken, unless somebody takes the messages one by one. */
export class ReceiveWindow {
  readonly #tell: (messages: number) => void;
  /** What has come and is not taken, oldest first. */
  readonly #open: CountedFrame[] = [];
  readonly #owed: CountedFrame = { messages: 0, bytes: 0 };
  #oneByOne = false;

  /** `tell` is called with how many more messages have been taken. */
  constructor(tell: (messages: number) => void) {
    this.#tell = tell;
  }

  /** Whether messages are taken one by one, and `taken` tells of each. */
  get oneByOne(): boolean {
    return this.#oneByOne;
  }

  set oneByOne(oneByOne: boolean) {
    this.#oneByOne = oneByOne;
    if (!oneByOne) for (const frame of this.#open.splice(0)) this.#owe(frame);
  }

  /** A frame with so many messages has come. */
  came(messages: number, bytes: number): void {
    if (this.#oneByOne) this.#open.push({ messages, bytes });
    else this.#owe({ messages, bytes });
  }

  /** One message was taken. */
  taken(): void {
    const first = this.#open[0];
    // It came before they were counted.
    if (!first) return;
    first.messages -= 1;
    if (first.messages === 0) this.#open.shift();
    this.#owe({ messages: 1, bytes: first.messages === 0 ? first.bytes : 0 });
  }

  #owe({ messages, bytes }: CountedFrame): void {
    this.#owed.messages += messages;
    this.#owed.bytes += bytes;
    if (this.#owed.messages < MESSAGES && this.#owed.bytes < BYTES) return;
    this.#tell(this.#owed.messages);
    this.#owed.messages = 0;
    this.#owed.bytes = 0;
  }
}
