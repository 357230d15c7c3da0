/** Both sides: a file in memory that passes large buffers between a pool and its workers, faster than a pipe does. */
import { closeSync, fstatSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs';
import { platform } from '../../platform/platform';
import type { MemoryFile } from '../../platform/types';
import { attempt } from '../../util/safely';
import { Scratch } from '../../util/scratch';

/** The region of a shared file that holds one large value, with the type of that value. */
export class Slice {
  constructor(
    readonly offset: number,
    readonly length: number,
    readonly type: string,
  ) {}
}

/** A Slice in a message, with the index of its value in that message. */
export interface IndexedSlice {
  index: number;
  offset: number;
  length: number;
  type: string;
}

export type Binary = NodeJS.ArrayBufferView | ArrayBuffer;

/**
 * How another process of the same user opens a shared file. `dev` and `ino` tell whether it is the right file: in a
 * container of its own, the path may lead to another one.
 */
export interface FileAddress {
  path: string;
  dev: number;
  ino: number;
}

/** A buffer of this many bytes or more is large. */
export const LARGE_BYTES = 64 * 1024;

const scratch = new Scratch();

export class SharedFile {
  readonly #descriptor: number;
  readonly #path: string;

  private constructor({ descriptor, path }: MemoryFile) {
    this.#descriptor = descriptor;
    this.#path = path;
  }

  /** Parent side: creates a file in a folder. Undefined if the folder cannot have one, or no descriptor is left. */
  static create(folder: string): SharedFile | undefined {
    return attempt(() => new SharedFile(platform.memory.create(folder)));
  }

  /** Child side: opens a file of the parent. Undefined if it is missing, or if this process may not open it. */
  static open({ path, dev, ino }: FileAddress): SharedFile | undefined {
    const file = attempt(() => new SharedFile({ descriptor: openSync(path, 'r+'), path }));
    const found = file?.address;
    if (found?.dev === dev && found.ino === ino) return file;
    file?.close();
    return undefined;
  }

  get descriptor(): number {
    return this.#descriptor;
  }

  get address(): FileAddress {
    const { dev, ino } = fstatSync(this.#descriptor);
    return { path: this.#path, dev, ino };
  }

  /** Copies `value` to `offset`. Undefined if the file system is full. */
  write(value: Binary, offset: number): Slice | undefined {
    const bytes = value instanceof ArrayBuffer ? new Uint8Array(value) : value;
    const { byteLength: length } = bytes;
    try {
      if (writeSync(this.#descriptor, bytes, 0, length, offset) < length) return undefined;
    } catch {
      return undefined;
    }
    return new Slice(offset, length, typeOf(value));
  }

  /** A copy of the value in `slice`. @throws Error if the file is too short, or the type is unknown */
  read({ offset, length, type }: Slice): unknown {
    const bytes = this.bytes(offset, length);
    if (type === 'Buffer') return bytes;
    if (type === 'ArrayBuffer') return bytes.buffer;
    const View = (globalThis as unknown as Record<string, new (buffer: ArrayBuffer) => unknown>)[type];
    if (!View) throw new Error(`a value in the shared file is of the unknown type ${type}`);
    return new View(bytes.buffer as ArrayBuffer);
  }

  /** A copy of these bytes, in memory of its own. @throws Error if the file is too short */
  bytes(offset: number, length: number): Buffer {
    const bytes = Buffer.allocUnsafeSlow(length);
    this.#fill(bytes, offset);
    return bytes;
  }

  /** As `bytes`, in memory that the next call uses again. */
  passingBytes(offset: number, length: number): Buffer {
    const bytes = scratch.atLeast(length).subarray(0, length);
    this.#fill(bytes, offset);
    return bytes;
  }

  #fill(bytes: Buffer, offset: number): void {
    const { length } = bytes;
    for (let done = 0; done < length; ) {
      const count = readSync(this.#descriptor, bytes, done, length - done, offset + done);
      if (count === 0) throw new Error(`a value of ${length} bytes is not in the shared file`);
      done += count;
    }
  }

  /** Writes a few bytes where the file has some. */
  put(bytes: Uint32Array, offset: number): void {
    writeSync(this.#descriptor, bytes, 0, bytes.byteLength, offset);
  }

  /** Reads a few bytes. */
  get(bytes: Uint32Array, offset: number): void {
    readSync(this.#descriptor, bytes, 0, bytes.byteLength, offset);
  }

  /** Gives the memory of the file back to the system, bar its first `length` bytes. */
  truncate(length: number): void {
    ftruncateSync(this.#descriptor, length);
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}

/** Whether `value` is a buffer that is large enough for a shared file. */
export function isLarge(value: unknown): value is Binary {
  if (typeof value !== 'object' || value === null) return false;
  if (value instanceof ArrayBuffer) return value.byteLength >= LARGE_BYTES;
  // A view of a SharedArrayBuffer cannot be sent as a message, so it is refused here too.
  return ArrayBuffer.isView(value) && value.byteLength >= LARGE_BYTES && value.buffer instanceof ArrayBuffer;
}

/** The name of a typed array's class, also if the array comes from another realm or is of a derived class. */
const typedArrayName = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(Uint8Array.prototype), Symbol.toStringTag)
  ?.get as () => string | undefined;

function typeOf(value: Binary): string {
  if (value instanceof ArrayBuffer) return 'ArrayBuffer';
  return Buffer.isBuffer(value) ? 'Buffer' : (typedArrayName.call(value) ?? 'DataView');
}
