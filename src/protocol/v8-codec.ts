/** Both sides: serializes values in v8's format. Loaded on first use, since a child takes 1.3 ms to load node:v8. */
import { DefaultDeserializer, DefaultSerializer } from 'node:v8';
import { type ErrorDetails, restoreDetails } from './error-details';

/** Views of this many bytes or more are sent out of band: their memory is not copied into the serialized value. */
const LARGE_VIEW_BYTES = 64 * 1024;

/** The first byte of a value that is followed by details of its errors. V8 begins a value with another byte. */
const WITH_DETAILS = 1;

/** The first number of each serialized view: whether its memory is in the serialized value. */
const INLINE = 0;
const OUT_OF_BAND = 1;

/** A view out of band is serialized as its index in this list and its index among the views. */
const VIEW_TYPES = [
  Buffer,
  DataView,
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
] as const;

interface ViewConstructor {
  new (memory: ArrayBufferLike, offset: number, length: number): NodeJS.ArrayBufferView;
  readonly BYTES_PER_ELEMENT?: number;
}

/**
 * Serializes `value` behind `headerBytes` free bytes. Adds the memory of large views to `outOfBand`, if it is given.
 * `details`: those of the errors in `value`. Throws if `value` cannot be serialized.
 */
export function serialize(
  value: unknown,
  headerBytes = 0,
  outOfBand?: Buffer[],
  details: readonly ErrorDetails[] = [],
): Buffer {
  const serializer = new ViewSerializer();
  serializer.outOfBand = outOfBand;
  if (headerBytes > 0) serializer.writeRawBytes(Buffer.alloc(headerBytes));
  if (details.length > 0) serializer.writeRawBytes(Uint8Array.of(WITH_DETAILS));
  serializer.writeHeader();
  serializer.writeValue(value);
  // By the same serializer: an error that it has written is a reference now.
  if (details.length > 0) serializer.writeValue(details);
  return serializer.releaseBuffer();
}

/** Deserializes a value, given the memory of its large views. Throws if `bytes` are damaged. */
export function deserialize(bytes: Uint8Array, outOfBand: Buffer[] = []): unknown {
  const hasDetails = bytes[0] === WITH_DETAILS;
  const deserializer = new ViewDeserializer(hasDetails ? bytes.subarray(1) : bytes);
  deserializer.outOfBand = outOfBand;
  deserializer.readHeader();
  const value = deserializer.readValue();
  if (hasDetails) restoreDetails(deserializer.readValue());
  return value;
}

class ViewSerializer extends DefaultSerializer {
  /** The memory of large views is added to it. If it is undefined, all views are inline. */
  outOfBand: Buffer[] | undefined;

  override _writeHostObject(view: NodeJS.ArrayBufferView): void {
    const type = VIEW_TYPES.indexOf(view.constructor as never);
    if (!this.outOfBand || view.byteLength < LARGE_VIEW_BYTES || type < 0) {
      this.writeUint32(INLINE);
      super._writeHostObject(view);
      return;
    }
    this.writeUint32(OUT_OF_BAND);
    this.writeUint32(type);
    this.writeUint32(this.outOfBand.length);
    this.outOfBand.push(Buffer.from(view.buffer, view.byteOffset, view.byteLength));
  }
}

/** Gives each view memory of its own. Node's deserializer would return views that share the memory of the frame. */
class ViewDeserializer extends DefaultDeserializer {
  outOfBand: Buffer[] = [];

  override _readHostObject(): unknown {
    const location = this.readUint32();
    if (location === INLINE) return copyOf(super._readHostObject());
    const Type = VIEW_TYPES[this.readUint32()] as ViewConstructor | undefined;
    const memory = this.outOfBand[this.readUint32()];
    if (location !== OUT_OF_BAND || !Type || !memory) throw new Error('a view without its memory');
    if ((Type as unknown) === Buffer) return memory;
    return new Type(memory.buffer, memory.byteOffset, memory.byteLength / (Type.BYTES_PER_ELEMENT ?? 1));
  }
}

function copyOf(view: unknown): unknown {
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

/** Node documents these methods for subclasses: https://nodejs.org/api/v8.html#serializer_writehostobjectobject */
declare module 'node:v8' {
  interface DefaultSerializer {
    _writeHostObject(view: NodeJS.ArrayBufferView): void;
  }
  interface DefaultDeserializer {
    _readHostObject(): unknown;
  }
}
