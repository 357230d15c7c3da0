/** Child side: the memory that a worker shares with its pool, for large items and for large outputs. */

import type { Region } from '../wire/messages';
import { type FileAddress, type IndexedSlice, isLarge, SharedFile, type Slice } from '../wire/shared-file';

/** The size of a region of the output file, bytes. */
const REGION_BYTES = 8 * 2 ** 20;

export class OutputMemory {
  readonly #items: SharedFile;
  readonly #outputs: SharedFile;
  /** Where the next output is written, and where the current region ends; offsets in bytes. */
  #next = 0;
  #end = 0;

  private constructor(items: SharedFile, outputs: SharedFile) {
    this.#items = items;
    this.#outputs = outputs;
  }

  /** Opens both files. Undefined if one of them cannot be opened. */
  static open(items: FileAddress, outputs: FileAddress): OutputMemory | undefined {
    const itemFile = SharedFile.open(items);
    const outputFile = itemFile && SharedFile.open(outputs);
    if (outputFile) return new OutputMemory(itemFile, outputFile);
    itemFile?.close();
    return undefined;
  }

  readItem(slice: IndexedSlice): unknown {
    return this.#items.read(slice);
  }

  /** Outputs are written to the start of `region` from now on, over what is there. */
  enterRegion(region: Region): void {
    this.#next = region * REGION_BYTES;
    this.#end = this.#next + REGION_BYTES;
  }

  /** Copies `output` into the current region. Undefined if it is not large, or if there is no room for it. */
  write(output: unknown): Slice | undefined {
    if (!isLarge(output) || this.#next + output.byteLength > this.#end) return undefined;
    const slice = this.#outputs.write(output, this.#next);
    if (slice) this.#next += slice.length;
    return slice;
  }
}
