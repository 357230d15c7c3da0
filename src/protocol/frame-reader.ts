/** Both sides: cuts a stream of bytes into batches. */
import { decodeFrame, frameLength, HEADER, type Head, hasOutOfBand, readHead } from './frames';

/** Called with each batch as soon as it is complete. */
export type OnBatch = (batch: unknown[]) => void;

const NOTHING = Buffer.alloc(0);

export class FrameReader {
  /** The start of a frame that is not complete. */
  #chunks: Buffer[] = [];
  /** Bytes in `#chunks`. */
  #size = 0;
  /** A frame of which only large views are missing. */
  #open: { head: Head; views: ViewReader } | undefined;
  /** Length in bytes of the frame, its views included, of the last batch. */
  frameSize = 0;
  readonly #isReused: boolean;

  /** `isReused`: the caller reuses the memory of a chunk once `read` has returned. */
  constructor({ isReused = false } = {}) {
    this.#isReused = isReused;
  }

  /** The bytes that the next step needs, for a caller that must not read more than that. */
  get missing(): number {
    if (this.#open) return this.#open.views.missing;
    return (this.#size < HEADER ? HEADER : this.#length()) - this.#size;
  }

  /** The memory for the next bytes of a large view, if one is missing. Whoever writes there calls `filled`. */
  get target(): Buffer | undefined {
    return this.#open?.views.target;
  }

  /** Tells the reader that `length` bytes were written to `target`. */
  filled(length: number, onBatch: OnBatch): void {
    this.#open?.views.filled(length);
    this.read(NOTHING, onBatch);
  }

  /**
   * Calls `onBatch` for each batch that the first `length` bytes of `chunk` complete.
   * @throws Error that says why the bytes are not a frame
   */
  read(chunk: Buffer, onBatch: OnBatch, length = chunk.length): void {
    for (let rest = this.#readWhole(chunk, length, onBatch); ; ) {
      if (!this.#open) {
        if (rest.length === 0) return;
        const frame = this.#cut(rest);
        if (!frame) return;
        const head = readHead(frame.bytes);
        this.#open = { head, views: new ViewReader(head.viewSizes) };
        rest = frame.rest;
      }
      const { head, views } = this.#open;
      rest = views.read(rest);
      if (views.missing > 0) return;
      this.#open = undefined;
      this.frameSize = head.size + views.size;
      onBatch(head.decode(views.views));
    }
  }

  /** The fast path: most chunks begin with complete frames without large views. Returns the bytes behind these. */
  #readWhole(chunk: Buffer, length: number, onBatch: OnBatch): Buffer {
    let at = 0;
    while (this.#size === 0 && !this.#open && length - at >= HEADER) {
      const start = at;
      const end = start + frameLength(chunk, start);
      if (end > length || hasOutOfBand(chunk, start)) break;
      at = end;
      this.frameSize = end - start;
      onBatch(decodeFrame(chunk, start, end));
    }
    return at < length ? chunk.subarray(at, length) : NOTHING;
  }

  /** Returns the next frame without its large views, and the bytes behind it. Keeps the chunk if it is not complete. */
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

/** Reads the large views of one frame, each into a buffer of its own. */
class ViewReader {
  readonly views: Buffer[] = [];
  readonly size: number;
  readonly #sizes: number[];
  #missing: number;
  /** Bytes of the last buffer that are filled. */
  #filled = 0;

  constructor(sizes: number[]) {
    this.#sizes = sizes;
    this.size = sizes.reduce((sum, size) => sum + size, 0);
    this.#missing = this.size;
  }

  get missing(): number {
    return this.#missing;
  }

  get target(): Buffer {
    let view = this.views.at(-1);
    if (!view || this.#filled === view.length) {
      // Allocated only now, since bytes that were announced may never come.
      view = Buffer.allocUnsafeSlow(this.#sizes[this.views.length] as number);
      this.views.push(view);
      this.#filled = 0;
    }
    return view.subarray(this.#filled);
  }

  filled(length: number): void {
    this.#filled += length;
    this.#missing -= length;
  }

  /** Copies the bytes that belong to the views, and returns the bytes behind them. */
  read(chunk: Buffer): Buffer {
    let copied = 0;
    while (this.#missing > 0 && copied < chunk.length) {
      const length = chunk.copy(this.target, 0, copied);
      this.filled(length);
      copied += length;
    }
    return copied === 0 ? chunk : chunk.subarray(copied);
  }
}
