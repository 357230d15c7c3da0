/** Both sides: what is kept of an item in BullMQ, and what hosts say of items to their caller. */

/** The version of all that callers and hosts exchange. A host refuses the items of another version. */
export const WIRE_VERSION = 1;

/** The data of a job of BullMQ. It names no module and no class. */
export interface Ticket {
  /** The WIRE_VERSION of the caller. */
  w: number;
  /** The id of the caller. */
  c: string;
  /** The numbers of the items. */
  n: number[];
  /** How many times the caller has handed the items in before, because Redis had lost them. */
  e: number;
  /** The items, as JSON or as base64. Without it, they have a key of their own. */
  d?: string;
  /** The numbers of the items that earlier attempts have settled. */
  done?: number[];
}

/**
 * `output`: one of several outputs. `only`: the only output, and the item is done. `done`: there are no more. `ended`: the
 * same, if there may have been several outputs. `failed`: why.
 */
export type WordKind = 'output' | 'only' | 'done' | 'ended' | 'failed';

/**
 * `attempt` rises with each attempt at an item, also if the caller has handed it in again. `sequence` counts the outputs
 * of the attempt: that of a word is how many came before it. `value`: the output, or the failure. `time`: how many ms the
 * host had an item that is done.
 */
export type Word = [item: number, attempt: number, sequence: number, kind: WordKind, value: unknown, time: number];

/** The attempts at an item that was handed in `epoch` times before are numbered from here. */
export const firstAttempt = (epoch: number): number => epoch * 1_000_000;

/** What a caller tells all hosts of its queue. `ack`: it has taken so many outputs. `cancel`: of an item, or of all. */
export type Control = ['ack', job: string, item: number, count: number] | ['cancel', job: string, item?: number];

/** How many outputs and bytes of an item a host sends ahead of the caller's acknowledgement. */
export const UNACKNOWLEDGED = { outputs: 64, bytes: 4 * 2 ** 20 };

/** Bytes of an output, as both sides count them. */
export const sizeOfOutput = (value: unknown): number =>
  ArrayBuffer.isView(value) || value instanceof ArrayBuffer
    ? value.byteLength
    : typeof value === 'string'
      ? value.length
      : 64;
