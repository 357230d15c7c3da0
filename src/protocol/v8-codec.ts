/** Both sides: values in v8's format. Loaded only where JSON does not do: node:v8 takes a child 1.3 ms. */
import { DefaultDeserializer, DefaultSerializer } from 'node:v8';

/** Bytes from which a view's memory travels beside the value and not in it, so that it is not copied on its way. */
const LARGE = 64 * 1024;

/** By these numbers each side knows how a view was written: in the value, or beside it. */
const INSIDE = 0;
const BESIDE = 1;

const KINDS = [
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

/** The bytes of `value`, behind `head` bytes of room. Throws if it cannot be serialised. */
export function serialise(value: unknown, head = 0, beside?: Buffer[]): Buffer {
  const serializer = new ViewSerializer();
  serializer.beside = beside;
  if (head > 0) serializer.writeRawBytes(Buffer.alloc(head));
  serializer.writeHeader();
  serializer.writeValue(value);
  return serializer.releaseBuffer();
}

/** The value in `bytes`, with what travelled beside them. Throws if they hold none. */
export function deserialise(bytes: Uint8Array, beside: Buffer[] = []): unknown {
  const deserializer = new ViewDeserializer(bytes);
  deserializer.beside = beside;
  deserializer.readHeader();
  return deserializer.readValue();
}

class ViewSerializer extends DefaultSerializer {
  /** Takes the memory of large views; they are written inside where it is undefined. */
  beside: Buffer[] | undefined;

  override _writeHostObject(view: NodeJS.ArrayBufferView): void {
    const kind = KINDS.indexOf(view.constructor as never);
    if (!this.beside || view.byteLength < LARGE || kind < 0) {
      this.writeUint32(INSIDE);
      super._writeHostObject(view);
      return;
    }
    this.writeUint32(BESIDE);
    this.writeUint32(kind);
    this.writeUint32(this.beside.length);
    this.beside.push(Buffer.from(view.buffer, view.byteOffset, view.byteLength));
  }
}

/** Node's deserialiser makes typed arrays as views on the frame's memory, so two of them would share it; here each owns its own. */
class ViewDeserializer extends DefaultDeserializer {
  beside: Buffer[] = [];

  override _readHostObject(): unknown {
    const how = this.readUint32();
    if (how === INSIDE) return copyOf(super._readHostObject());
    const Kind = KINDS[this.readUint32()] as ViewConstructor | undefined;
    const memory = this.beside[this.readUint32()];
    if (how !== BESIDE || !Kind || !memory) throw new Error('a view without its memory');
    if ((Kind as unknown) === Buffer) return memory;
    return new Kind(memory.buffer, memory.byteOffset, memory.byteLength / (Kind.BYTES_PER_ELEMENT ?? 1));
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

/** Node documents them for subclasses: https://nodejs.org/api/v8.html#serializer_writehostobjectobject */
declare module 'node:v8' {
  interface DefaultSerializer {
    _writeHostObject(view: NodeJS.ArrayBufferView): void;
  }
  interface DefaultDeserializer {
    _readHostObject(): unknown;
  }
}
