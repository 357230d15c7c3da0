/** Parent side: the memory that a pool shares with one of its workers: the shelf with its items, and a store for what it gives. */
import type { Job } from './job';
import type { Shelf } from './shelf';
import { isLarge, Place, Store, type Stored } from './store';
import type { Items, PoolCommand, Region } from './wire';

export class Sharing {
  readonly #shelf: Shelf;
  readonly #tell: (command: PoolCommand) => void;
  #outputs: Store | undefined;
  #isAsked = false;
  #isOpen = false;
  #isOver = false;

  /** `tell` sends to the worker. */
  constructor(shelf: Shelf, tell: (command: PoolCommand) => void) {
    this.#shelf = shelf;
    this.#tell = tell;
  }

  /** Whether the worker has opened what it was told of: one of another user may not. */
  answered(isOpen: boolean): void {
    this.#isOpen = isOpen;
    if (!isOpen) this.#shelf.bar();
  }

  /** What it is sent. */
  itemsOf(jobs: readonly Job[], region: Region): Items {
    const command: Items = { type: 'items', items: [], region };
    for (const job of jobs) {
      if (isLarge(job.parcel)) this.#shelve(job);
      const { parcel } = job;
      if (!(parcel instanceof Place)) command.items.push(parcel);
      else if (this.#isOpen) this.#address(command, parcel);
      else {
        this.#offer();
        command.items.push(this.#shelf.read(parcel));
      }
    }
    return command;
  }

  /** Puts what it gave in the place of what was stored. @throws Error if something is not there */
  unpack(values: unknown[], stored: readonly Stored[] | undefined): void {
    if (stored) for (const each of stored) values[each.at] = this.#outputs?.read(each);
    else if (!this.#isAsked && values.some(isLarge)) this.#offer();
  }

  /** It is over with an item that had settled before. */
  letGo(job: Job): void {
    this.#shelf.letGo(job);
  }

  close(): void {
    this.#isOver = true;
    this.#outputs?.close();
    this.#outputs = undefined;
  }

  /** There was no room for it when it was handed in. */
  #shelve(job: Job): void {
    if (!this.#isOpen) return this.#offer();
    job.parcel = this.#shelf.put(job.parcel as Buffer) ?? job.parcel;
  }

  #address(command: Items, { offset, length, type }: Place): void {
    command.stored ??= [];
    command.stored.push({ at: command.items.length, offset, length, type });
    command.items.push(null);
  }

  /** Once, when it is known that there are large ones. */
  #offer(): void {
    if (this.#isAsked || this.#isOver) return;
    this.#isAsked = true;
    const items = this.#shelf.address;
    if (items === undefined) return;
    this.#outputs = Store.make();
    if (!this.#outputs) return this.#shelf.bar();
    this.#tell({ type: 'store', items, outputs: this.#outputs.address });
  }
}
