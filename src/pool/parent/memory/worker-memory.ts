/** Parent side: the memory that a pool shares with one of its workers: the itemMemory with its items, and a store for what it gives. */

import type { Items, PoolCommand, Region } from '../../wire/messages';
import { isLarge, type PlacedSlice, SharedFile, Slice } from '../../wire/shared-file';
import type { Job } from '../items/job';
import type { ItemMemory } from './item-memory';

export class WorkerMemory {
  readonly #items: ItemMemory;
  readonly #tell: (command: PoolCommand) => void;
  #outputs: SharedFile | undefined;
  #isAsked = false;
  #isOpen = false;
  #isOver = false;

  /** `tell` sends to the worker. */
  constructor(itemMemory: ItemMemory, tell: (command: PoolCommand) => void) {
    this.#items = itemMemory;
    this.#tell = tell;
  }

  /** Whether the worker has opened what it was told of: one of another user may not. */
  answered(isOpen: boolean): void {
    this.#isOpen = isOpen;
    if (!isOpen) this.#items.bar();
  }

  /** What it is sent. */
  itemsOf(jobs: readonly Job[], region: Region): Items {
    const command: Items = { type: 'items', items: [], region };
    for (const job of jobs) {
      if (isLarge(job.payload)) this.#putLate(job);
      const { payload } = job;
      if (!(payload instanceof Slice)) command.items.push(payload);
      else if (this.#isOpen) this.#address(command, payload);
      else {
        this.#offer();
        command.items.push(this.#items.read(payload));
      }
    }
    return command;
  }

  /** Puts what it gave in the place of what was stored. @throws Error if something is not there */
  unpack(values: unknown[], stored: readonly PlacedSlice[] | undefined): void {
    if (stored) for (const each of stored) values[each.at] = this.#outputs?.read(each);
    else if (!this.#isAsked && values.some(isLarge)) this.#offer();
  }

  /** It is over with an item that had settled before. */
  release(job: Job): void {
    this.#items.release(job);
  }

  close(): void {
    this.#isOver = true;
    this.#outputs?.close();
    this.#outputs = undefined;
  }

  /** There was no room for it when it was handed in. */
  #putLate(job: Job): void {
    if (!this.#isOpen) return this.#offer();
    job.payload = this.#items.put(job.payload as Buffer) ?? job.payload;
  }

  #address(command: Items, { offset, length, type }: Slice): void {
    command.stored ??= [];
    command.stored.push({ at: command.items.length, offset, length, type });
    command.items.push(null);
  }

  /** Once, when it is known that there are large ones. */
  #offer(): void {
    if (this.#isAsked || this.#isOver) return;
    this.#isAsked = true;
    const items = this.#items.address;
    if (items === undefined) return;
    this.#outputs = SharedFile.make();
    if (!this.#outputs) return this.#items.bar();
    this.#tell({ type: 'store', items, outputs: this.#outputs.address });
  }
}
