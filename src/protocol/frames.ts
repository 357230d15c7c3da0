/**
 * Both sides: values to bytes and back. A frame is a header of eight bytes (the letters OR, the version of the
 * protocol, a zero, the length as an unsigned 32-bit little-endian number) and a batch of values in v8's format.
 */
import { DefaultDeserializer, DefaultSerializer } from 'node:v8';

export const PROTOCOL_VERSION = 1;
/** The largest payload, in bytes. */
export const MAX_FRAME = 2 ** 30;

const MAGIC = 0x524f;
const HEADER = 8;

/** A batch as one frame. Throws if a value cannot be serialised, or the frame would be larger than MAX_FRAME. */
export function encodeFrame(batch: readonly unknown[]): Buffer {
  const serializer = new DefaultSerializer();
  serializer.writeRawBytes(Buffer.alloc(HEADER));
  serializer.writeHeader();
  serializer.writeValue(batch);
  const frame = serializer.releaseBuffer();
  const length = frame.length - HEADER;
  if (length > MAX_FRAME) throw new RangeError(`${length} bytes are more than the ${MAX_FRAME} that one frame holds`);
  frame.writeUInt16LE(MAGIC, 0);
  frame.writeUInt8(PROTOCOL_VERSION, 2);
  frame.writeUInt32LE(length, 4);
  return frame;
}

/** Values as bytes without a frame around them. */
export function encodeValue(value: unknown): Buffer {
  const serializer = new DefaultSerializer();
  serializer.writeHeader();
  serializer.writeValue(value);
  return serializer.releaseBuffer();
}

/** The value in `bytes`. Throws if they hold none. */
export function decodeValue(bytes: Uint8Array): unknown {
  const deserializer = new OwnMemoryDeserializer(bytes);
  deserializer.readHeader();
  return deserializer.readValue();
}

/** Node's deserialiser makes typed arrays as views on the frame's memory, so two of them would share it; here each owns its own. */
class OwnMemoryDeserializer extends DefaultDeserializer {
  override _readHostObject(): unknown {
    const view: unknown = super._readHostObject();
    if (Buffer.isBuffer(view)) {
      const copy = Buffer.allocUnsafeSlow(view.length);
      view.copy(copy);
      return copy;
    }
    if (view instanceof DataView) {
      return new DataView(view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength));
    }
    return (view as Uint8Array).slice();
  }
}

interface DefaultDeserializerInternals {
  /** Node documents it for subclasses: https://nodejs.org/api/v8.html#deserializer_readhostobject */
  _readHostObject(): unknown;
}
declare module 'node:v8' {
  interface DefaultDeserializer extends DefaultDeserializerInternals {}
}

/** Cuts a stream of bytes into batches. */
export class FrameReader {
  #chunks: Buffer[] = [];
  #size = 0;

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
      const batch = decodeValue(bytes.subarray(HEADER, end));
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
