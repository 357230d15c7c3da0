/** Parent side: the copies of a pool's items, the large ones in a shared file that its workers read. */
import { copyForMessage } from '../../wire/copy-value';
import { type Binary, type FileAddress, isLarge, SharedFile, Slice } from '../../wire/shared-file';
import type { Job } from '../items/job';
import type { MemoryBudget } from './memory-budget';

/** The part of the shared file that one item may have. Larger items are copied and sent as messages. */
const MAX_ITEM_SHARE = 1 / 4;

export class ItemMemory {
  readonly #findBudget: () => MemoryBudget | undefined;
  #file: SharedFile | undefined;
  /** Set when the file is created. */
  budget: MemoryBudget | undefined;
  /** Whether the file was created, or could not be. */
  #hasTriedToCreate = false;
  /** The most bytes of the file. */
  #limit = 0;
  #isDisabled = false;
  /**
   * Offsets of free slices, by their size. Sizes are powers of two, so that slices can be used again. The part of a
   * slice that is never written takes no memory.
   */
  readonly #freeOffsets = new Map<number, number[]>();
  /** The offset behind the last slice. */
  #end = 0;
  /** How many slices are in use. */
  #usedSlices = 0;

  constructor(findBudget: () => MemoryBudget | undefined) {
    this.#findBudget = findBudget;
  }

  /** The address of the shared file, for workers. Undefined if the system has no such files. */
  get address(): FileAddress | undefined {
    return this.#openFile()?.address;
  }

  /** Copies `item`. The copy is a Slice if the item is large and there is room for it, else as of `copyForMessage`. */
  copy(item: unknown): unknown {
    return (isLarge(item) ? this.write(item) : undefined) ?? copyForMessage(item);
  }

  /** Copies `value` into the shared file. Undefined if there is no room for it. */
  write(value: Binary): Slice | undefined {
    const { byteLength } = value;
    const file = this.#isDisabled ? undefined : this.#openFile();
    if (!file || byteLength > this.#limit * MAX_ITEM_SHARE) return undefined;
    const size = sizeFor(byteLength);
    const offset = this.#allocate(size);
    if (offset === undefined) return undefined;
    const slice = file.write(value, offset);
    if (!slice) this.#onNoRoom(file, size, offset);
    return slice;
  }

  /** Somebody else has filled the folder. The file does not grow any more, and gives back what it has just taken. */
  #onNoRoom(file: SharedFile, size: number, offset: number): void {
    this.#free(size, offset);
    if (offset + size < this.#end) return;
    this.#freeOffsets.get(size)?.pop();
    this.#end = offset;
    this.#limit = offset;
    file.truncate(offset);
  }

  /** Writes nothing more to the file, since a worker cannot open it. What is there can still be read. */
  disable(): void {
    this.#isDisabled = true;
  }

  /** A copy of what is in `slice`. */
  read(slice: Slice): unknown {
    return this.#file?.read(slice);
  }

  /** Drops the copy of an item, if the item has settled and no worker may still read the copy. */
  release(job: Job): void {
    if (!job.settled || job.isAssigned) return;
    const { payload } = job;
    job.payload = undefined;
    if (payload instanceof Slice) this.free(payload);
  }

  /** Gives a slice back. */
  free({ length, offset }: Slice): void {
    this.#free(sizeFor(length), offset);
  }

  /** Called when there are no workers. Closes the file if it holds no items; a new one is created when it is needed. */
  closeIfUnused(): void {
    if (this.#usedSlices === 0) this.close();
  }

  close(): void {
    this.#file?.close();
    this.#file = undefined;
    this.#hasTriedToCreate = false;
    this.#forgetSlices();
  }

  #openFile(): SharedFile | undefined {
    if (this.#hasTriedToCreate) return this.#file;
    this.#hasTriedToCreate = true;
    this.budget = this.#findBudget();
    this.#limit = this.budget?.itemBytes ?? 0;
    this.#file = this.budget && SharedFile.create(this.budget.folder);
    return this.#file;
  }

  /** The offset of a slice of `size` bytes. Prefers the one that was freed last: the processor may still cache it. */
  #allocate(size: number): number | undefined {
    const free = this.#freeOffsets.get(size)?.pop();
    if (free === undefined && this.#end + size > this.#limit) {
      if (this.#usedSlices > 0) return undefined;
      // The file is full of free slices of other sizes.
      this.#file?.truncate(0);
      this.#forgetSlices();
    }
    this.#usedSlices += 1;
    if (free !== undefined) return free;
    this.#end += size;
    return this.#end - size;
  }

  #free(size: number, offset: number): void {
    this.#usedSlices -= 1;
    const offsets = this.#freeOffsets.get(size);
    if (offsets) offsets.push(offset);
    else this.#freeOffsets.set(size, [offset]);
  }

  #forgetSlices(): void {
    this.#freeOffsets.clear();
    this.#end = 0;
    this.#usedSlices = 0;
  }
}

/** The size of the slice for a value of `length` bytes: the next power of two. */
const sizeFor = (length: number): number => 2 ** Math.ceil(Math.log2(length));
