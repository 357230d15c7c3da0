/**
 * Both sides: memory that is used again. To get fresh memory from the system may take a process longer than to copy values
 * there.
 */

/** Bytes that are kept for the next use. */
const MAX_KEPT = 2 * 1024 * 1024;
const MIN_BYTES = 64 * 1024;

export class Scratch {
  #bytes: Buffer | undefined;

  /** Memory of `size` bytes or more. It begins with the first `used` bytes of the memory that the last call returned. */
  atLeast(size: number, last?: Buffer, used = 0): Buffer {
    let bytes = last && last.length >= size ? last : this.#bytes;
    if (!bytes || bytes.length < size) {
      bytes = Buffer.allocUnsafeSlow(Math.max(MIN_BYTES, 2 ** Math.ceil(Math.log2(size))));
      if (bytes.length <= MAX_KEPT) this.#bytes = bytes;
    }
    if (last && last !== bytes) last.copy(bytes, 0, 0, used);
    return bytes;
  }
}
