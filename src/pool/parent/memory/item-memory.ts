/** Parent side: the items of a pool as they were handed in, until they are done; large ones lie where its workers read them. */
import { copyValue } from '../../wire/copy-value';
import { type Binary, type FileAddress, isLarge, SharedFile, Slice } from '../../wire/shared-file';
import type { Job } from '../items/job';

/** Bytes that lie there at the most, and of one item; what is more, or larger, stays here and goes by the channel. */
const MOST = 64 * 2 ** 20;
const LARGEST = MOST / 4;

export class ItemMemory {
  #store: SharedFile | undefined;
  #isMade = false;
  #isBarred = false;
  /** Places that are free, by their size, a power of two. What they do not use of it takes no memory. */
  readonly #free = new Map<number, number[]>();
  #end = 0;
  #lying = 0;

  /** By which a worker opens it; undefined where the system has no such thing. */
  get address(): FileAddress | undefined {
    return this.#open()?.address;
  }

  /** `item` as it is now. */
  keep(item: unknown): unknown {
    return (isLarge(item) ? this.put(item) : undefined) ?? copyValue(item);
  }

  /** Copies it; undefined where there is no room for it. */
  put(value: Binary): Slice | undefined {
    const { byteLength } = value;
    const store = byteLength > LARGEST || this.#isBarred ? undefined : this.#open();
    const size = sizeFor(byteLength);
    const offset = store && this.#take(size);
    if (offset === undefined) return undefined;
    const place = store?.write(value, offset);
    if (!place) this.#giveBack(size, offset);
    return place;
  }

  /** Nothing more is put there: workers cannot read it. */
  bar(): void {
    this.#isBarred = true;
  }

  /** What lies at `place`, in memory of its own. */
  read(place: Slice): unknown {
    return this.#store?.read(place);
  }

  /** Nobody needs what the item was any more, where it is done and no worker may still read it. */
  release(job: Job): void {
    if (!job.settled || job.isOut) return;
    const { payload } = job;
    job.payload = undefined;
    if (payload instanceof Slice) this.#giveBack(sizeFor(payload.length), payload.offset);
  }

  /** There are no workers now: without items, it goes too, until it is needed. */
  closeIfUnused(): void {
    if (this.#lying === 0) this.close();
  }

  close(): void {
    this.#store?.close();
    this.#store = undefined;
    this.#isMade = false;
    this.#forget();
  }

  #open(): SharedFile | undefined {
    if (!this.#isMade) this.#store = SharedFile.make();
    this.#isMade = true;
    return this.#store;
  }

  /** The place that was left last is the one whose memory is nearest. */
  #take(size: number): number | undefined {
    const free = this.#free.get(size)?.pop();
    if (free === undefined && this.#end + size > MOST) {
      if (this.#lying > 0) return undefined;
      // All that is free is of other sizes.
      this.#store?.empty();
      this.#forget();
    }
    this.#lying += 1;
    if (free !== undefined) return free;
    this.#end += size;
    return this.#end - size;
  }

  #giveBack(size: number, offset: number): void {
    this.#lying -= 1;
    const free = this.#free.get(size);
    if (free) free.push(offset);
    else this.#free.set(size, [offset]);
  }

  #forget(): void {
    this.#free.clear();
    this.#end = 0;
    this.#lying = 0;
  }
}

const sizeFor = (length: number): number => 2 ** Math.ceil(Math.log2(length));
