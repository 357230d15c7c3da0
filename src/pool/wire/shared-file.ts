/**
 * Both sides: memory that a pool shares with its workers, for buffers too large for a pipe: a file in memory, without a
 * name, so that nothing is left of it however its processes end.
 */
import { closeSync, constants, fstatSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs';

/** Where a large value lies in a store, and what it was. */
export class Slice {
  constructor(
    readonly offset: number,
    readonly length: number,
    readonly type: string,
  ) {}
}

/** The same as it travels; `at`: which of the values of its message it is. */
export interface PlacedSlice {
  at: number;
  offset: number;
  length: number;
  type: string;
}

export type Binary = NodeJS.ArrayBufferView | ArrayBuffer;

/** By which a process of the same user opens a store, and knows it: in a container of its own, the path may lead elsewhere. */
export interface FileAddress {
  path: string;
  dev: number;
  ino: number;
}

/** Bytes from which a value is stored. */
const LEAST = 64 * 1024;
/** Files there are memory. https://man7.org/linux/man-pages/man7/shm_overview.7.html */
const FOLDER = '/dev/shm';
/** https://man7.org/linux/man-pages/man2/open.2.html, O_TMPFILE, which Node does not list */
const NAMELESS = 0o20000000 | constants.O_DIRECTORY;

export class SharedFile {
  readonly #descriptor: number;

  private constructor(descriptor: number) {
    this.#descriptor = descriptor;
  }

  /** In the parent; undefined where the system has no such thing, or no room for it. */
  static make(): SharedFile | undefined {
    if (process.platform !== 'linux') return undefined;
    return open(() => new SharedFile(openSync(FOLDER, NAMELESS | constants.O_RDWR, 0o600)));
  }

  /** In the child: that of its parent; undefined where it may not be opened, or is not there. */
  static at({ path, dev, ino }: FileAddress): SharedFile | undefined {
    const store = open(() => new SharedFile(openSync(path, 'r+')));
    const found = store?.address;
    if (found?.dev === dev && found.ino === ino) return store;
    store?.close();
    return undefined;
  }

  get address(): FileAddress {
    const { dev, ino } = fstatSync(this.#descriptor);
    return { path: `/proc/${process.pid}/fd/${this.#descriptor}`, dev, ino };
  }

  /** Copies `value` to `offset`; undefined where the file system is full. */
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

  /** What lies there, in memory of its own. @throws Error if nothing does */
  read({ offset, length, type }: Omit<PlacedSlice, 'at'>): unknown {
    const bytes = Buffer.allocUnsafeSlow(length);
    for (let read = 0; read < length; ) {
      const more = readSync(this.#descriptor, bytes, read, length - read, offset + read);
      if (more === 0) throw new Error(`a value of ${length} bytes is not in the store`);
      read += more;
    }
    if (type === 'Buffer') return bytes;
    if (type === 'ArrayBuffer') return bytes.buffer;
    const View = (globalThis as unknown as Record<string, new (buffer: ArrayBuffer) => unknown>)[type];
    if (!View) throw new Error(`a value in the store is of the unknown type ${type}`);
    return new View(bytes.buffer);
  }

  /** Gives all its memory back. */
  empty(): void {
    ftruncateSync(this.#descriptor);
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}

function open(make: () => SharedFile): SharedFile | undefined {
  try {
    return make();
  } catch {
    // No such folder, no descriptor left, no permission: everything goes by the channel.
    return undefined;
  }
}

/** Whether it is better stored. */
export function isLarge(value: unknown): value is Binary {
  if (typeof value !== 'object' || value === null) return false;
  if (value instanceof ArrayBuffer) return value.byteLength >= LEAST;
  // Memory that is shared between threads is refused by the channel, and so it is here.
  return ArrayBuffer.isView(value) && value.byteLength >= LEAST && value.buffer instanceof ArrayBuffer;
}

const tagOf = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(Uint8Array.prototype), Symbol.toStringTag)
  ?.get as () => string | undefined;

function typeOf(value: Binary): string {
  if (value instanceof ArrayBuffer) return 'ArrayBuffer';
  return Buffer.isBuffer(value) ? 'Buffer' : (tagOf.call(value) ?? 'DataView');
}
