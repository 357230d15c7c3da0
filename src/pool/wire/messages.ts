/** Both sides: what a pool tells its workers, and what they answer. Items are answered in the order in which they came. */
import type { EncodedError } from '../../protocol/remote-error';
import type { FileAddress, PlacedSlice } from './shared-file';

export type PoolCommand =
  | Items
  /** Where the memory is that it shares with its pool, for large items and for what it gives. */
  | { type: 'store'; items: FileAddress; outputs: FileAddress }
  /** Tell how much memory is in use, from now on. */
  | { type: 'watch-memory' }
  /** So many outputs of the item that is being worked on are taken. */
  | { type: 'taken'; count: number };

/** What the items of a batch give has one of these to itself; a worker has two batches at the most. */
export type Region = 0 | 1;

export interface Items {
  type: 'items';
  items: unknown[];
  /** Where what they give may lie. */
  region: Region;
  /** Items that lie in the store. */
  stored?: PlacedSlice[];
}

/** What an entry of an answer is, where it is not the one and only output of its item. */
export type AnswerKind =
  /** One output of several; the item goes on. */
  | 'output'
  /** The item is done, without a further output. */
  | 'end'
  /** The same, and its one and only output is undefined, which JSON does not know. */
  | 'void'
  /** The item's work threw; the value is an EncodedError. */
  | 'failed'
  /** The item's output cannot cross; the value says why. */
  | 'unsendable';

export interface AnswersMessage {
  type: 'answers';
  values: unknown[];
  /** Microseconds of work, an entry a value; 0 for an output of several. */
  times: number[];
  /** By index. */
  kinds?: Record<number, AnswerKind>;
  /** Values that lie in the store. */
  stored?: PlacedSlice[];
  /** Resident memory, bytes, where it is watched. */
  rss?: number;
}

export type WorkerMessage =
  /** `begin` is done. */
  | { type: 'ready' }
  /** It has been asked to stop, and works on nothing any more. */
  | { type: 'through' }
  /** Whether it could open what it is to share with its pool. */
  | { type: 'store'; isOpen: boolean }
  | AnswersMessage;

/** The value of an entry 'failed'. */
export type FailedValue = EncodedError;

/** How many outputs of one item may be on their way before the worker waits until they are taken. */
export const OUTPUTS_AHEAD = 1024;
