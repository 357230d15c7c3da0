/** Both sides: memory that is used again. Getting fresh memory from the system may take longer than filling it. */

/** Bytes that are kept for the next use. */
const MAX_KEPT = 2 * 1024 * 1024;
const MIN_BYTES = 64 * 1024;

export class Scratch {
  #bytes: Buffer | undefined;

  /** Memory of `size` bytes or more. What it held before is lost. */
  atLeast(size: number): Buffer {
    if (this.#bytes && this.#bytes.length >= size) return this.#bytes;
    const bytes = Buffer.allocUnsafeSlow(Math.max(MIN_BYTES, 2 ** Math.ceil(Math.log2(size))));
    if (bytes.length <= MAX_KEPT) this.#bytes = bytes;
    return bytes;
  }

  /** `bytes` if they are `size` bytes or more, else such memory with a copy of the first `used` of them. */
  grow(bytes: Buffer, used: number, size: number): Buffer {
    if (bytes.length >= size) return bytes;
    const grown = this.atLeast(size);
    bytes.copy(grown, 0, 0, used);
    return grown;
  }
}
