/** Child side: the memory that a worker shares with its pool: it takes large items from there, and puts there what it gives. */
import { type Address, type Binary, isLarge, type Place, Store, type Stored } from './store';
import type { Region } from './wire';

/** Bytes. */
const REGION = 8 * 2 ** 20;

export class Shared {
  readonly #items: Store;
  readonly #outputs: Store;
  #next = 0;
  #end = 0;

  private constructor(items: Store, outputs: Store) {
    this.#items = items;
    this.#outputs = outputs;
  }

  /** Undefined where one of them may not be opened. */
  static open(items: Address, outputs: Address): Shared | undefined {
    const from = Store.at(items);
    const to = from && Store.at(outputs);
    if (to) return new Shared(from, to);
    from?.close();
    return undefined;
  }

  take(item: Stored): unknown {
    return this.#items.read(item);
  }

  /** What is put there from now on goes into this part of it. */
  enter(region: Region): void {
    this.#next = region * REGION;
    this.#end = this.#next + REGION;
  }

  /** Copies `output`, if it is large and there is room for it. */
  put(output: unknown): Place | undefined {
    return isLarge(output) ? this.#put(output) : undefined;
  }

  #put(output: Binary): Place | undefined {
    if (this.#next + output.byteLength > this.#end) return undefined;
    const place = this.#outputs.write(output, this.#next);
    if (place) this.#next += place.length;
    return place;
  }
}
