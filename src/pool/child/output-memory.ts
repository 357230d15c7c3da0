/** Child side: the memory that a worker shares with its pool, for large items and for large outputs. */

import type { OpenMemoryCommand, Region } from '../wire/messages';
import { unpackTogether } from '../wire/pack';
import { type Binary, type IndexedSlice, isLarge, SharedFile, type Slice } from '../wire/shared-file';

export class OutputMemory {
  readonly #items: SharedFile;
  readonly #outputs: SharedFile;
  readonly #regionBytes: number;
  /** Where the next output is written, and where the current region ends; offsets in bytes. */
  #next = 0;
  #end = 0;

  private constructor(items: SharedFile, outputs: SharedFile, regionBytes: number) {
    this.#items = items;
    this.#outputs = outputs;
    this.#regionBytes = regionBytes;
  }

  /** Opens both files. Undefined if one of them cannot be opened. */
  static open({ items, outputs, regionBytes }: OpenMemoryCommand): OutputMemory | undefined {
    const itemFile = SharedFile.open(items);
    const outputFile = itemFile && SharedFile.open(outputs);
    if (outputFile) return new OutputMemory(itemFile, outputFile, regionBytes);
    itemFile?.close();
    return undefined;
  }

  readItem(slice: IndexedSlice): unknown {
    return this.#items.read(slice);
  }

  /** The values of items that lie together. @throws Error if they are damaged */
  readTogether(slice: IndexedSlice): unknown[] {
    return unpackTogether(this.#items.passingBytes(slice.offset, slice.length));
  }

  /** Outputs are written to the start of `region` from now on, over what is there. */
  enterRegion(region: Region): void {
    this.#next = region * this.#regionBytes;
    this.#end = this.#next + this.#regionBytes;
  }

  /** Copies `output` into the current region. Undefined if it is not large, or if there is no room for it. */
  write(output: unknown): Slice | undefined {
    return isLarge(output) ? this.writeBytes(output) : undefined;
  }

  /** The same for bytes that are worth the file. */
  writeBytes(bytes: Binary): Slice | undefined {
    if (this.#next + bytes.byteLength > this.#end) return undefined;
    const slice = this.#outputs.write(bytes, this.#next);
    if (slice) this.#next += slice.length;
    // Somebody else has filled the folder. Until the next batch, outputs are sent as messages.
    else this.#end = this.#next;
    return slice;
  }
}
