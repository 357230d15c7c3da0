/** Child side: the memory that a worker shares with its pool: it takes large items from there, and puts there what it gives. */

import type { Region } from '../wire/messages';
import { type Binary, type FileAddress, isLarge, type PlacedSlice, SharedFile, type Slice } from '../wire/shared-file';

/** Bytes. */
const REGION = 8 * 2 ** 20;

export class OutputMemory {
  readonly #items: SharedFile;
  readonly #outputs: SharedFile;
  #next = 0;
  #end = 0;

  private constructor(items: SharedFile, outputs: SharedFile) {
    this.#items = items;
    this.#outputs = outputs;
  }

  /** Undefined where one of them may not be opened. */
  static open(items: FileAddress, outputs: FileAddress): OutputMemory | undefined {
    const from = SharedFile.at(items);
    const to = from && SharedFile.at(outputs);
    if (to) return new OutputMemory(from, to);
    from?.close();
    return undefined;
  }

  take(item: PlacedSlice): unknown {
    return this.#items.read(item);
  }

  /** What is put there from now on goes into this part of it. */
  enter(region: Region): void {
    this.#next = region * REGION;
    this.#end = this.#next + REGION;
  }

  /** Copies `output`, if it is large and there is room for it. */
  put(output: unknown): Slice | undefined {
    return isLarge(output) ? this.#put(output) : undefined;
  }

  #put(output: Binary): Slice | undefined {
    if (this.#next + output.byteLength > this.#end) return undefined;
    const place = this.#outputs.write(output, this.#next);
    if (place) this.#next += place.length;
    return place;
  }
}
