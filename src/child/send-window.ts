/** Child side: how far the messages may run ahead of what the parent has taken. */

/** Messages, and bytes of them, that may be under way. */
const MOST_MESSAGES = 4_096;
const MOST_BYTES = 1024 * 1024;

export class SendWindow {
  #messages = 0;
  #bytes = 0;
  /** What has left, oldest first. */
  readonly #frames: { messages: number; bytes: number }[] = [];
  #room: { promise: Promise<void>; open(): void } | undefined;
  readonly #onWait: (waits: boolean) => void;
  #isBoundless = false;

  /** `onWait` is told when somebody begins to wait for room, and when nobody does any more. */
  constructor(onWait: (waits: boolean) => void) {
    this.#onWait = onWait;
  }

  /** A message is on its way. */
  add(): void {
    this.#messages += 1;
  }

  /** A frame with so many messages has left. */
  sent(messages: number, bytes: number): void {
    if (messages === 0) return;
    this.#bytes += bytes;
    this.#frames.push({ messages, bytes });
  }

  /** The parent has taken so many more messages. */
  taken(messages: number): void {
    this.#messages -= messages;
    for (let rest = messages; rest > 0; ) {
      const first = this.#frames[0];
      if (!first) break;
      if (first.messages > rest) {
        first.messages -= rest;
        break;
      }
      rest -= first.messages;
      this.#bytes -= first.bytes;
      this.#frames.shift();
    }
    if (!this.#isFull) this.#open();
  }

  /** Resolves at once while there is room, else when there is some again. */
  room(): Promise<void> {
    if (!this.#isFull) return AT_ONCE;
    if (!this.#room) {
      let open = () => {};
      const promise = new Promise<void>(resolve => {
        open = resolve;
      });
      this.#room = { promise, open };
      this.#onWait(true);
    }
    return this.#room.promise;
  }

  /** From now on nobody waits. */
  openForGood(): void {
    this.#isBoundless = true;
    this.#open();
  }

  #open(): void {
    if (!this.#room) return;
    this.#room.open();
    this.#room = undefined;
    this.#onWait(false);
  }

  get #isFull(): boolean {
    return !this.#isBoundless && (this.#messages > MOST_MESSAGES || this.#bytes > MOST_BYTES);
  }
}

const AT_ONCE = Promise.resolve();
