/** Both sides: the messages between a pool and its workers. A worker answers items in the order in which they came. */
import type { Carrier } from '../../diagnostics/tracer';
import type { EncodedError } from '../../protocol/remote-error';
import type { ShareToken } from './share-file';
import type { FileAddress, IndexedSlice } from './shared-file';

/** Changes with the messages of this file. A pool only takes workers with its own version. */
export const WIRE_VERSION = 6;

/** Which of the lanes of a worker a message is about. Items of one lane are worked on one after the other. Default: 0. */
export interface InLane {
  lane?: number;
}

export type PoolCommand =
  | ItemsCommand
  | CancelCommand
  /** Comes first, and only to a worker whose snapshot may lack the fields that the pool has set. */
  | { type: 'welcome'; index: number; share?: ShareToken }
  /** The value of `share`, which the worker could not read by its token. */
  | { type: 'share'; value: unknown }
  | OpenMemoryCommand
  /** Open the file in which the worker claims items, and claim each item there from now on. */
  | ({ type: 'open-claims'; file: FileAddress } & InLane)
  /** Give back all items that are not begun. Requests are numbered from 1. */
  | GiveBackCommand
  /** Report the resident memory of the worker, from now on. */
  | { type: 'report-rss' }
  /** The pool has read this many outputs of the current item, and has room for as many more. */
  | ({ type: 'acknowledge'; count: number } & InLane);

/** Open the two shared files. */
export interface OpenMemoryCommand {
  type: 'open-memory';
  /** Holds large items. */
  items: FileAddress;
  /** Takes large outputs. */
  outputs: FileAddress;
  /** The size of a region of the output file. */
  regionBytes: number;
}

/** Nobody wants the outputs of these items any more. The worker has not begun all of them, and may have done some. */
export interface CancelCommand extends InLane {
  type: 'cancel';
  /** Their numbers: see ItemsCommand. */
  items: number[];
  /** Whether the work on them has taken too long. */
  isLate: boolean;
}

export interface GiveBackCommand extends InLane {
  type: 'give-back';
  request: number;
}

/** The half of the output file that belongs to a batch. A worker has two batches at most, each with its own region. */
export type Region = 0 | 1;

/** A batch of items. */
export interface ItemsCommand extends InLane {
  type: 'items';
  items: unknown[];
  /** The number of the first item. The items of a lane are numbered in the order in which they are sent. */
  first: number;
  /** Where the worker writes the large outputs of these items. Default: 0. */
  region?: Region;
  /** The items that lie in the shared file. In `items` they are null. */
  slices?: IndexedSlice[];
  /** By the index of the item: the context in which it was handed in, if somebody records traces. */
  traces?: Record<number, Carrier>;
  /** All items lie together in the shared file: see ./pack. In `items` they are null. */
  together?: IndexedSlice;
}

/** The kind of an answer. An answer without a kind is the only output of its item. */
export type AnswerKind =
  /** One of several outputs. The work on the item continues. */
  | 'output'
  /** The item is done. The value is no output. */
  | 'end'
  /** The item is done. Its only output is undefined, which JSON does not have. */
  | 'void'
  /** The work on the item threw. The value is an EncodedError. */
  | 'failed'
  /** An output of the item cannot cross. The value says why. */
  | 'unsendable';

export interface AnswersMessage extends InLane {
  type: 'answers';
  values: unknown[];
  /** Microseconds of work for each value; 0 for one of several outputs. */
  times: number[];
  /** By the index of the value. */
  kinds?: Record<number, AnswerKind>;
  /** The values that lie in the shared file. In `values` they are null. */
  slices?: IndexedSlice[];
  /** All values lie together in the shared file: see ./pack. `values` is empty. */
  together?: IndexedSlice;
  /** About how many bytes the values have, if they have many. */
  bytes?: number;
  /** Resident memory in bytes, after the command 'report-rss'. */
  rss?: number;
}

export type WorkerMessage =
  /** The worker cannot read the file of the option `share`. Comes before `begin`. */
  | { type: 'needs-share' }
  /** `begin` is done. */
  | { type: 'ready' }
  /** The worker was asked to stop. It has answered all items that it began, and begins no other. */
  | { type: 'stopped' }
  /** The answer to 'open-memory': whether the worker could open both files. */
  | { type: 'memory-opened'; isOpen: boolean }
  | GivenBackMessage
  /** The work on this item uses its signal, or has heard that it is canceled, so that it may end by itself. */
  | ({ type: 'heeds'; item: number } & InLane)
  | AnswersMessage;

/** The answer to 'give-back': how many items the worker has begun since it was started. It has dropped the others. */
export interface GivenBackMessage extends InLane {
  type: 'given-back';
  request: number;
  begun: number;
}

/** The value of an answer of the kind 'failed'. */
export type FailedValue = EncodedError;

/** How many outputs of one item, and about how many bytes, may be unacknowledged before the worker waits. */
export const MAX_UNACKNOWLEDGED = 1024;
export const MAX_UNACKNOWLEDGED_BYTES = 1024 * 1024;
