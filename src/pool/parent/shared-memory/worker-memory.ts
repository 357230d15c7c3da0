/** Parent side: the memory that a pool shares with one worker, for large items and for large outputs. */
import type { Carrier } from '../../../diagnostics/tracer';
import type { AnswersMessage, ItemsCommand, PoolCommand, Region } from '../../wire/messages';
import { isWorthFile, type Packed, packTogether, packValues, unpackTogether, withPacked } from '../../wire/pack';
import { type Binary, type IndexedSlice, isLarge, SharedFile, Slice } from '../../wire/shared-file';
import type { Job } from '../items/job';
import type { ItemMemory } from './item-memory';

/** Items that are sent together. */
export interface SentBatch {
  jobs: readonly Job[];
  readonly first: number;
  readonly region: Region;
  /** To be called when the worker has no more need of what it was sent. */
  onEnd?: () => void;
}

export class WorkerMemory {
  readonly #items: ItemMemory;
  readonly #send: (command: PoolCommand) => void;
  #outputs: SharedFile | undefined;
  /** Whether the worker was asked to open the files, or cannot be since there are none. */
  #isShared = false;
  /** Whether the worker has opened the files. */
  #isOpen = false;
  #isClosed = false;
  /** Whether each batch has a region of the file to itself for its outputs. */
  readonly #hasRegions: boolean;

  /** `send` sends a command to the worker. */
  constructor(itemMemory: ItemMemory, { concurrency }: { concurrency: number }, send: (command: PoolCommand) => void) {
    this.#items = itemMemory;
    // Items that are worked on at the same time would write their outputs over each other.
    this.#hasRegions = concurrency === 1;
    this.#send = send;
  }

  /** The worker has tried to open the files. It may not if it is of another user. */
  onOpened(isOpen: boolean): void {
    this.#isOpen = isOpen;
    if (!isOpen) this.#items.disable();
  }

  /** The command that sends the jobs of a batch to a lane of the worker. */
  pack(batch: SentBatch, lane: number): ItemsCommand {
    const { jobs, first, region } = batch;
    const command: ItemsCommand = { type: 'items', items: [], first };
    if (region > 0) command.region = region;
    if (lane > 0) command.lane = lane;
    for (let at = 0; at < jobs.length; at++) {
      const job = jobs[at] as Job;
      const carrier = job.watch?.trace?.carrier;
      if (carrier) addTrace(command, carrier);
      if (isLarge(job.payload)) this.#writeLate(job, job.payload);
      const { payload } = job;
      if (!(payload instanceof Slice)) command.items.push(payload);
      else if (this.#isOpen) this.#addSlice(command, payload);
      else {
        this.#share();
        command.items.push(this.#items.read(payload));
      }
    }
    const packed = packValues(command.items);
    command.items = packed.values;
    if (isWorthFile(packed) && !command.slices && this.#putTogether(command, packed, batch)) return command;
    return withPacked(command, packed);
  }

  /** Writes the items to the file, since they are large together. False if there is no room, or no file yet. */
  #putTogether(command: ItemsCommand, packed: Packed, batch: SentBatch): boolean {
    if (!this.#isOpen) {
      this.#share();
      return false;
    }
    const slice = this.#items.write(packTogether(packed));
    if (!slice) return false;
    batch.onEnd = () => this.#items.free(slice);
    command.together = { index: 0, offset: slice.offset, length: slice.length, type: slice.type };
    command.items = packed.values.map(() => null);
    return true;
  }

  /** Puts the outputs that are in the file into `values`. @throws Error if one of them cannot be read */
  unpack({ values, slices, together }: AnswersMessage): void {
    if (together) values.push(...this.#readTogether(together));
    else if (slices) for (const slice of slices) values[slice.index] = this.#outputs?.read(slice);
    else if (!this.#isShared && values.some(isLarge)) this.#share();
  }

  /** @throws if the bytes are damaged, or the file is closed */
  #readTogether({ offset, length }: IndexedSlice): unknown[] {
    return unpackTogether((this.#outputs as SharedFile).passingBytes(offset, length));
  }

  /** The worker has no more need of an item that had settled before. */
  release(job: Job): void {
    this.#items.release(job);
  }

  close(): void {
    this.#isClosed = true;
    this.#outputs?.close();
    this.#outputs = undefined;
  }

  /** Writes to the file an item for which there was no room when it was added. */
  #writeLate(job: Job, payload: Binary): void {
    if (!this.#isOpen) return this.#share();
    job.payload = this.#items.write(payload) ?? payload;
  }

  #addSlice(command: ItemsCommand, { offset, length, type }: Slice): void {
    command.slices ??= [];
    command.slices.push({ index: command.items.length, offset, length, type });
    command.items.push(null);
  }

  /** Asks the worker to open the files. Does so once, at the first large item or output. */
  #share(): void {
    if (this.#isShared || this.#isClosed) return;
    this.#isShared = true;
    const { address: items, budget } = this.#items;
    if (items === undefined || !budget) return;
    this.#outputs = SharedFile.create(budget.folder);
    if (!this.#outputs) return this.#items.disable();
    const regionBytes = this.#hasRegions ? budget.regionBytes : 0;
    this.#send({ type: 'open-memory', items, outputs: this.#outputs.address, regionBytes });
  }
}

function addTrace(command: ItemsCommand, carrier: Carrier): void {
  command.traces ??= {};
  command.traces[command.items.length] = carrier;
}
