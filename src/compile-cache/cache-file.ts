/** Both sides: the file in which a process has saved what V8 compiled of its bundles. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import type { Script } from 'node:vm';
import { attempt } from './attempt';
import type { Texts } from './texts';

/** Bytes before each part: its length, and when the text was last changed. */
const HEAD = 12;
/** The bits of a file's mode by which others may write to it. */
const BY_OTHERS = 0o022;

/**
 * A part of a cache file: the head, and the cached data twice, because V8 does not check them and crashes if they are
 * damaged. Comparing the two is cheaper than a checksum.
 */
export function partOf(script: Script, changedAt: number): Buffer {
  const data = script.createCachedData();
  const head = Buffer.alloc(HEAD);
  head.writeUInt32LE(data.length);
  head.writeDoubleLE(changedAt, 4);
  return Buffer.concat([head, data, data]);
}

/** The parts of all bundles, one after the other. */
export class CacheFile {
  readonly path: string;
  /** Where the next part begins. */
  #at = 0;
  /** Once a part could not be used, the next one is not where it should be. */
  #isUsable = true;

  constructor(file: string) {
    this.path = file;
  }

  /** The next part, until `texts` is used again. Undefined if it is missing, damaged, of other texts, or of another user. */
  next(texts: Texts): Buffer | undefined {
    const data = this.#isUsable ? attempt(() => this.#read(texts)) : undefined;
    this.#isUsable = data !== undefined;
    return data;
  }

  #read({ memory, changedAt, owner }: Texts): Buffer | undefined {
    const descriptor = openSync(this.path, 'r');
    try {
      const { size, uid, mode } = fstatSync(descriptor);
      // Windows has no such modes.
      if (process.platform !== 'win32' && (uid !== owner || (mode & BY_OTHERS) !== 0)) return undefined;
      readSync(descriptor, memory, 0, HEAD, this.#at);
      const length = memory.readUInt32LE();
      const start = this.#at + HEAD;
      this.#at = start + 2 * length;
      if (memory.readDoubleLE(4) !== changedAt || this.#at > size) return undefined;
      const both = 2 * length > memory.length ? Buffer.allocUnsafeSlow(2 * length) : memory.subarray(0, 2 * length);
      readSync(descriptor, both, 0, 2 * length, start);
      const data = both.subarray(0, length);
      return data.equals(both.subarray(length)) ? data : undefined;
    } finally {
      closeSync(descriptor);
    }
  }
}
