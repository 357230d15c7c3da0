/**
 * Both sides: values to bytes and back. A frame is a header of eight bytes (the letters OR, the version of the
 * protocol, the format, the length as an unsigned 32-bit little-endian number) and a batch of values: as JSON where
 * that gives back just what it was given, which is faster, else in v8's format. The memory of large views comes behind
 * the frame, so that it is copied neither before it is written nor after it was read.
 */
import { NOT_PLAIN, PlainCopier } from './plain';

export const PROTOCOL_VERSION = 1;
/** The largest payload, in bytes. */
export const MAX_FRAME = 2 ** 30;

/** The letters OR. */
const MAGIC = [0x4f, 0x52] as const;
export const HEADER = 8;
/** Room for the header, in a text. */
const ROOM = '\0'.repeat(HEADER);
const V8 = 0;
const JSON_TEXT = 1;
const V8_BESIDE = 2;

// Loaded here: many a child sends and gets nothing that needs it.
const v8 = () => require('./v8-codec') as typeof import('./v8-codec');

const copier = new PlainCopier();

/** Whether JSON gives back just this value. */
function isExact(value: unknown): boolean {
  copier.reset();
  return copier.copy(value) !== NOT_PLAIN && copier.exact;
}

/** A frame as it is written: the head with the batch, then the memory of large views, which is the value's own. */
export type Frame = [head: Buffer, ...beside: Buffer[]];

/** A batch as one frame. Throws if a value cannot be serialised, or the frame would be larger than MAX_FRAME. */
export function encodeFrame(batch: readonly unknown[]): Frame {
  return isExact(batch) ? encodeJson(batch) : encodeV8(batch);
}

/** The same, of values that JSON tells exactly. */
export function encodeJson(batch: readonly unknown[]): Frame {
  // One text, since each step that is left out is time, where a process has just woken.
  return [headed(Buffer.from(ROOM + JSON.stringify(batch)), JSON_TEXT)];
}

/** The same, of any values. */
export function encodeV8(batch: readonly unknown[]): Frame {
  const beside: Buffer[] = [];
  const frame = v8().serialise(batch, HEADER, beside);
  if (beside.length === 0) return [headed(frame, V8)];
  const sizes = beside.map(({ length }) => length);
  const all = sizes.reduce((sum, size) => sum + size);
  if (all > MAX_FRAME) throw tooLarge(all);
  // Their lengths follow the batch, and how many they are comes last.
  const table = Buffer.from(Uint32Array.from([...sizes, sizes.length]).buffer);
  return [headed(Buffer.concat([frame, table]), V8_BESIDE), ...beside];
}

/** The frame with memory of its own, for one that is written later: views are their owner's, who may change them. */
export const ownFrame = ([head, ...beside]: Frame): Frame => [head, ...beside.map(view => Buffer.from(view))];

export const sizeOf = (frame: Frame): number => frame.reduce((sum, { length }) => sum + length, 0);

const tooLarge = (length: number) =>
  new RangeError(`${length} bytes are more than the ${MAX_FRAME} that one frame holds`);

function headed(frame: Buffer, format: number): Buffer {
  const length = frame.length - HEADER;
  if (length > MAX_FRAME) throw tooLarge(length);
  // Byte by byte (each keeps its lowest eight bits), for half the time of Buffer's methods where a process has just woken.
  frame[0] = MAGIC[0];
  frame[1] = MAGIC[1];
  frame[2] = PROTOCOL_VERSION;
  frame[3] = format;
  frame[4] = length;
  frame[5] = length >> 8;
  frame[6] = length >> 16;
  frame[7] = length >> 24;
  return frame;
}

/** A value without a frame around it: JSON text, or bytes of v8's. */
export type Encoded = string | Uint8Array;

/** `value`, serialised. Throws if it cannot be. */
export const encodeValue = (value: unknown): Encoded =>
  isExact(value) ? JSON.stringify(value) : v8().serialise(value);

/** The value in `encoded`. Throws if it holds none. */
export const decodeValue = (encoded: Encoded): unknown =>
  typeof encoded === 'string' ? JSON.parse(encoded) : v8().deserialise(encoded);

/** A frame that is whole but for what comes beside it. */
export interface Head {
  /** Bytes of head and payload. */
  size: number;
  /** How many bytes come behind it, for each large view. */
  beside: number[];
  /** The batch, once they are there. Throws if the payload holds none. */
  decode(parts: Buffer[]): unknown[];
}

/** How many bytes the frame has that begins at `at`, HEADER of which are there. Throws, with the reason, if none does. */
export function frameLength(bytes: Buffer, at = 0): number {
  if (bytes[at] !== MAGIC[0] || bytes[at + 1] !== MAGIC[1])
    throw new Error(`bytes that are no frame (${bytes.toString('hex', at, at + HEADER)})`);
  const version = bytes[at + 2];
  if (version !== PROTOCOL_VERSION) {
    throw new Error(`version ${version} of the protocol, this side speaks ${PROTOCOL_VERSION}`);
  }
  const length = bytes.readUInt32LE(at + 4);
  if (length > MAX_FRAME) throw new Error(`a frame of ${length} bytes, more than ${MAX_FRAME}`);
  return HEADER + length;
}

/** Whether the frame that begins at `at` has bytes behind it that belong to it. */
export const hasBeside = (bytes: Buffer, at: number): boolean => bytes[at + 3] === V8_BESIDE;

/** The batch of a frame from `start` to `end`, with nothing beside it. Throws, with the reason, if it holds none. */
export function decodeFrame(bytes: Buffer, start: number, end: number): unknown[] {
  const format = bytes[start + 3];
  if (format === JSON_TEXT) return batchOf(JSON.parse(bytes.toString('utf8', start + HEADER, end)));
  if (format === V8) return batchOf(v8().deserialise(bytes.subarray(start + HEADER, end)));
  throw new Error(`a frame of format ${format}`);
}

/** What a frame's head and payload say. */
export function readHead(bytes: Buffer): Head {
  const size = bytes.length;
  if (!hasBeside(bytes, 0)) return { size, beside: [], decode: () => decodeFrame(bytes, 0, size) };
  const payload = bytes.subarray(HEADER);
  const beside = tableOf(payload);
  // A copy, since it is decoded later, when its memory may be in use again.
  const batch = Buffer.from(payload.subarray(0, payload.length - tableSize(beside)));
  return { size, beside, decode: parts => batchOf(v8().deserialise(batch, parts)) };
}

function batchOf(value: unknown): unknown[] {
  if (!Array.isArray(value)) throw new Error('a frame holds no batch');
  return value;
}

const tableSize = (beside: number[]) => 4 * (beside.length + 1);

function tableOf(payload: Buffer): number[] {
  const count = payload.length < 4 ? 0 : payload.readUInt32LE(payload.length - 4);
  const start = payload.length - 4 * (count + 1);
  if (start < 0) throw new Error(`a frame with ${count} views beside it, and no room for their lengths`);
  const sizes = Array.from({ length: count }, (_, at) => payload.readUInt32LE(start + 4 * at));
  const all = sizes.reduce((sum, size) => sum + size, 0);
  if (all > MAX_FRAME) throw new Error(`a frame with ${all} bytes beside it, more than ${MAX_FRAME}`);
  return sizes;
}
