/**
 * Both sides: values to bytes and back. A frame is a header of eight bytes (the letters OR, the version of the
 * protocol, the format, the length as an unsigned 32-bit little-endian number) and a batch of values: as JSON where
 * that gives back just what it was given, which is faster, else in v8's format.
 */
import { NOT_PLAIN, PlainCopier } from './plain';

export const PROTOCOL_VERSION = 1;
/** The largest payload, in bytes. */
export const MAX_FRAME = 2 ** 30;

const MAGIC = 0x524f;
const HEADER = 8;
const V8 = 0;
const JSON_TEXT = 1;

// Loaded here: many a child sends and gets nothing that needs it.
const v8 = () => require('./v8-codec') as typeof import('./v8-codec');

const copier = new PlainCopier();

/** Whether JSON gives back just this value. */
function isExact(value: unknown): boolean {
  copier.reset();
  return copier.copy(value) !== NOT_PLAIN && copier.exact;
}

/** A batch as one frame. Throws if a value cannot be serialised, or the frame would be larger than MAX_FRAME. */
export function encodeFrame(batch: readonly unknown[]): Buffer {
  return isExact(batch) ? encodeJson(batch) : encodeV8(batch);
}

/** The same, of values that JSON tells exactly. */
export function encodeJson(batch: readonly unknown[]): Buffer {
  const text = JSON.stringify(batch);
  const length = Buffer.byteLength(text);
  const frame = Buffer.allocUnsafe(HEADER + length);
  frame.write(text, HEADER);
  return headed(frame, JSON_TEXT);
}

/** The same, of any values. */
export function encodeV8(batch: readonly unknown[]): Buffer {
  return headed(v8().serialise(batch, HEADER), V8);
}

function headed(frame: Buffer, format: number): Buffer {
  const length = frame.length - HEADER;
  if (length > MAX_FRAME) throw new RangeError(`${length} bytes are more than the ${MAX_FRAME} that one frame holds`);
  frame.writeUInt16LE(MAGIC, 0);
  frame.writeUInt8(PROTOCOL_VERSION, 2);
  frame.writeUInt8(format, 3);
  frame.writeUInt32LE(length, 4);
  return frame;
}

/** A value without a frame around it: JSON text, or bytes of v8's. */
export type Encoded = string | Uint8Array;

/** `value`, serialised. Throws if it cannot be. */
export const encodeValue = (value: unknown): Encoded =>
  isExact(value) ? JSON.stringify(value) : v8().serialise(value);

/** The value in `encoded`. Throws if it holds none. */
export const decodeValue = (encoded: Encoded): unknown =>
  typeof encoded === 'string' ? JSON.parse(encoded) : v8().deserialise(encoded);

function decodePayload(format: number | undefined, payload: Buffer): unknown {
  if (format === V8) return v8().deserialise(payload);
  if (format === JSON_TEXT) return JSON.parse(payload.toString());
  throw new Error(`a frame of format ${format}`);
}

/** Cuts a stream of bytes into batches. */
export class FrameReader {
  #chunks: Buffer[] = [];
  #size = 0;
  /** Bytes of the frame that was given last. */
  frameSize = 0;

  /** True in the middle of a frame. */
  get pending(): boolean {
    return this.#size > 0;
  }

  /** How many bytes are missing for the next step: to read what is needed and no more. */
  get missing(): number {
    return (this.#size < HEADER ? HEADER : HEADER + this.#length()) - this.#size;
  }

  /** Gives the batches that `chunk` completes, one by one. Throws, with the reason, where bytes are no frame. */
  *read(chunk: Buffer): Generator<unknown[]> {
    this.#chunks.push(chunk);
    this.#size += chunk.length;
    while (this.#size >= HEADER) {
      const end = HEADER + this.#length();
      if (this.#size < end) return;
      const bytes = this.#joined();
      this.#chunks = this.#size > end ? [bytes.subarray(end)] : [];
      this.#size -= end;
      this.frameSize = end;
      const batch = decodePayload(bytes[3], bytes.subarray(HEADER, end));
      if (!Array.isArray(batch)) throw new Error('a frame holds no batch');
      yield batch;
    }
  }

  #length(): number {
    if ((this.#chunks[0]?.length ?? 0) < HEADER) this.#joined();
    const head = this.#chunks[0] as Buffer;
    if (head.readUInt16LE(0) !== MAGIC) throw new Error(`bytes that are no frame (${head.toString('hex', 0, HEADER)})`);
    if (head[2] !== PROTOCOL_VERSION) {
      throw new Error(`version ${head[2]} of the protocol, this side speaks ${PROTOCOL_VERSION}`);
    }
    const length = head.readUInt32LE(4);
    if (length > MAX_FRAME) throw new Error(`a frame of ${length} bytes, more than ${MAX_FRAME}`);
    return length;
  }

  #joined(): Buffer {
    if (this.#chunks.length > 1) this.#chunks = [Buffer.concat(this.#chunks)];
    return this.#chunks[0] as Buffer;
  }
}
