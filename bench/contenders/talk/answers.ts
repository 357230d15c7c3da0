/** Child side: what a child says to what it is told, over any transport. */

export type Order =
  /** So many small objects are sent. */
  | { type: 'emit'; count: number }
  /** So many small objects follow; answered after the last. */
  | { type: 'listen'; count: number }
  /** One message is answered by one. */
  | { type: 'ask' }
  /** One Buffer of so many bytes is sent. */
  | { type: 'large'; bytes: number };

/** The small object. */
export const item = (index: number) => ({ index, name: 'a small object', done: false });

export class Answers {
  #missing = 0;
  #buffer = Buffer.alloc(0);

  /** What is sent upon a message: an order, or a small object that was announced. */
  *to(message: Order | ReturnType<typeof item>): Generator<unknown> {
    if (!('type' in message)) {
      if (--this.#missing === 0) yield 'heard all';
      return;
    }
    if (message.type === 'emit') for (let index = 0; index < message.count; index++) yield item(index);
    if (message.type === 'listen') this.#missing = message.count;
    if (message.type === 'ask') yield 'answer';
    if (message.type === 'large') yield this.#bufferOf(message.bytes);
  }

  /** Made once, so that its making is not measured. */
  #bufferOf(bytes: number): Buffer {
    if (this.#buffer.length !== bytes) this.#buffer = Buffer.alloc(bytes, 7);
    return this.#buffer;
  }
}
