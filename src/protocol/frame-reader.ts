/** Both sides: cuts a stream of bytes into batches. */
import { decodeFrame, frameLength, HEADER, type Head, hasBeside, readHead } from './frames';

/** Called with each batch as soon as it is complete. */
export type Take = (batch: unknown[]) => void;

const NOTHING = Buffer.alloc(0);

export class FrameReader {
  /** The beginning of a frame. */
  #chunks: Buffer[] = [];
  #size = 0;
  /** A frame of which only views are missing. */
  #open: { head: Head; views: Views } | undefined;
  /** Bytes of the frame that was given last. */
  frameSize = 0;
  readonly #isReused: boolean;

  /** `isReused`: the memory of a chunk is used for the next one, once what it completes is taken. */
  constructor({ isReused = false } = {}) {
    this.#isReused = isReused;
  }

  /** How many bytes are missing for the next step: to read what is needed and no more. */
  get missing(): number {
    if (this.#open) return this.#open.views.missing;
    return (this.#size < HEADER ? HEADER : this.#length()) - this.#size;
  }

  /** Where the next bytes belong, if that is known: who reads them there tells `filled`. */
  get room(): Buffer | undefined {
    return this.#open?.views.room;
  }

  /** So many bytes are in `room`. */
  filled(length: number, take: Take): void {
    this.#open?.views.filled(length);
    this.read(NOTHING, take);
  }

  /** Gives the batches that `chunk` completes. Throws, with the reason, where bytes are no frame. */
  read(chunk: Buffer, take: Take): void {
    for (let rest = this.#takeWhole(chunk, take); ; ) {
      if (!this.#open) {
        if (rest.length === 0) return;
        const frame = this.#cut(rest);
        if (!frame) return;
        const head = readHead(frame.bytes);
        this.#open = { head, views: new Views(head.beside) };
        rest = frame.rest;
      }
      const { head, views } = this.#open;
      rest = views.take(rest);
      if (views.missing > 0) return;
      this.#open = undefined;
      this.frameSize = head.size + views.size;
      take(head.decode(views.parts));
    }
  }

  /** Most chunks begin with frames that are whole, and have nothing beside them. Gives what follows these. */
  #takeWhole(chunk: Buffer, take: Take): Buffer {
    if (this.#size > 0 || this.#open) return chunk;
    let at = 0;
    while (chunk.length - at >= HEADER) {
      const start = at;
      const end = start + frameLength(chunk, start);
      if (end > chunk.length || hasBeside(chunk, start)) break;
      at = end;
      this.frameSize = end - start;
      take(decodeFrame(chunk, start, end));
    }
    return at < chunk.length ? chunk.subarray(at) : NOTHING;
  }

  /** The next frame but for its views, and what follows it; kept until it is whole. */
  #cut(chunk: Buffer): { bytes: Buffer; rest: Buffer } | undefined {
    if (chunk.length > 0) this.#chunks.push(chunk);
    this.#size += chunk.length;
    if (this.#size < HEADER || this.#size < this.#length()) {
      if (this.#isReused && chunk.length > 0) this.#chunks.push(Buffer.from(this.#chunks.pop() as Buffer));
      return undefined;
    }
    const end = this.#length();
    const bytes = this.#joined();
    this.#chunks = [];
    this.#size = 0;
    return { bytes: bytes.subarray(0, end), rest: bytes.subarray(end) };
  }

  #length(): number {
    const [first] = this.#chunks;
    return frameLength(first && first.length >= HEADER ? first : this.#joined());
  }

  #joined(): Buffer {
    if (this.#chunks.length > 1) this.#chunks = [Buffer.concat(this.#chunks)];
    return this.#chunks[0] as Buffer;
  }
}

/** The memory of the views that come beside a frame, each in a buffer of its own. */
class Views {
  readonly parts: Buffer[] = [];
  readonly size: number;
  readonly #sizes: number[];
  #missing: number;
  #at = 0;

  constructor(sizes: number[]) {
    this.#sizes = sizes;
    this.size = sizes.reduce((sum, size) => sum + size, 0);
    this.#missing = this.size;
  }

  get missing(): number {
    return this.#missing;
  }

  get room(): Buffer {
    let part = this.parts.at(-1);
    if (!part || this.#at === part.length) {
      // Only now: what was announced need not come.
      part = Buffer.allocUnsafeSlow(this.#sizes[this.parts.length] as number);
      this.parts.push(part);
      this.#at = 0;
    }
    return part.subarray(this.#at);
  }

  filled(length: number): void {
    this.#at += length;
    this.#missing -= length;
  }

  /** Takes what belongs to the views; gives the rest. */
  take(chunk: Buffer): Buffer {
    let from = 0;
    while (this.#missing > 0 && from < chunk.length) {
      const copied = chunk.copy(this.room, 0, from);
      this.filled(copied);
      from += copied;
    }
    return from === 0 ? chunk : chunk.subarray(from);
  }
}
