/**
 * Both sides: memory that a pool shares with one of its workers, for buffers too large for a pipe: a file in memory,
 * without a name, so that nothing is left of it however its processes end.
 */
import { closeSync, constants, openSync, readSync, writeSync } from 'node:fs';

/** A value that lies in the store: which of the values of its message it is, where it lies, and what it was. */
export interface Stored {
  at: number;
  offset: number;
  length: number;
  type: string;
}

/** A batch of items, and then what they give, has one of these to itself; a worker has two batches at the most. */
export type Region = 0 | 1;

/** Bytes. */
const REGION = 8 * 2 ** 20;
/** Bytes from which a value is stored. */
const LEAST = 64 * 1024;
/** Files there are memory. https://man7.org/linux/man-pages/man7/shm_overview.7.html */
const FOLDER = '/dev/shm';
/** https://man7.org/linux/man-pages/man2/open.2.html, O_TMPFILE, which Node does not list */
const NAMELESS = 0o20000000 | constants.O_DIRECTORY;

export class Store {
  readonly #descriptor: number;
  #next = 0;
  #end = 0;

  private constructor(descriptor: number) {
    this.#descriptor = descriptor;
  }

  /** In the parent; undefined where the system has no such thing, or no room for it. */
  static make(): Store | undefined {
    if (process.platform !== 'linux') return undefined;
    return open(() => new Store(openSync(FOLDER, NAMELESS | constants.O_RDWR, 0o600)));
  }

  /** In the child: that of its parent; undefined where it may not be opened. */
  static at(path: string): Store | undefined {
    return open(() => new Store(openSync(path, 'r+')));
  }

  /** By which a process of the same user opens it. */
  get path(): string {
    return `/proc/${process.pid}/fd/${this.#descriptor}`;
  }

  /** What is stored from now on goes there. */
  enter(region: Region): void {
    this.#next = region * REGION;
    this.#end = this.#next + REGION;
  }

  /** Stores those of `values` that are large buffers, as far as there is room, and puts null in their place. */
  pack(values: unknown[]): Stored[] | undefined {
    let stored: Stored[] | undefined;
    for (let at = 0; at < values.length; at++) {
      const place = isLarge(values[at]) ? this.#put(values[at] as Binary, at) : undefined;
      if (!place) continue;
      stored ??= [];
      stored.push(place);
      values[at] = null;
    }
    return stored;
  }

  /** Puts them back; each owns its memory. */
  unpack(values: unknown[], stored: readonly Stored[]): void {
    for (const place of stored) values[place.at] = this.#take(place);
  }

  close(): void {
    closeSync(this.#descriptor);
  }

  #put(value: Binary, at: number): Stored | undefined {
    const bytes = value instanceof ArrayBuffer ? new Uint8Array(value) : value;
    const { byteLength: length } = bytes;
    const offset = this.#next;
    if (offset + length > this.#end) return undefined;
    try {
      if (writeSync(this.#descriptor, bytes, 0, length, offset) < length) return undefined;
    } catch {
      // The file system is full: by the channel, then.
      return undefined;
    }
    this.#next += length;
    return { at, offset, length, type: Buffer.isBuffer(value) ? 'Buffer' : tagOf(value) };
  }

  #take({ offset, length, type }: Stored): unknown {
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
}

type Binary = NodeJS.ArrayBufferView | ArrayBuffer;

function open(make: () => Store): Store | undefined {
  try {
    return make();
  } catch {
    // No such folder, no descriptor left, no permission: everything goes by the channel.
    return undefined;
  }
}

function isLarge(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (value instanceof ArrayBuffer) return value.byteLength >= LEAST;
  // Memory that is shared between threads is refused by the channel, and so it is here.
  return ArrayBuffer.isView(value) && value.byteLength >= LEAST && value.buffer instanceof ArrayBuffer;
}

const tagOf = (value: Binary): string => Object.prototype.toString.call(value).slice('[object '.length, -1);
