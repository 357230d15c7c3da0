/**
 * Both sides: encodes a batch of values as a frame. A frame is a header of 8 bytes and a payload. The header holds the
 * letters OR, the protocol version, the format, and the payload's length as an unsigned 32-bit little-endian number.
 * The payload holds the batch: as JSON if JSON returns exactly the same values, because JSON is faster, else in v8's
 * format. If the batch is one message that carries values, the format tells its type, and the JSON holds the values alone.
 * Most frames are such. Each key that is left out saves 1 or 2 µs in a process that has just woken. The memory of large
 * views follows the frame (out of band), so that neither side has to copy it.
 */

import type { Scratch } from '../util/scratch';
import type { ErrorDetails } from './error-details';
import { NOT_PLAIN, PlainCopier } from './plain';

export const PROTOCOL_VERSION = 2;
/** The largest payload, in bytes. */
export const MAX_FRAME = 2 ** 30;

/** The letters OR. */
const MAGIC = [0x4f, 0x52] as const;
/** Length of the header, in bytes. */
export const HEADER = 8;
/** Text in front of the JSON, which the header overwrites. */
const HEADER_SPACE = '\0'.repeat(HEADER);
/** Characters of a text for which Node would ask the system for memory. It has memory for shorter ones. */
const LONG_JSON = 4_000;
/** The most bytes of a character of JavaScript as UTF-8. */
const MOST_UTF8 = 3;
const V8 = 0;
const JSON_TEXT = 1;
const V8_OUT_OF_BAND = 2;
/** The formats of one message that carries values: this number, and the index of its type. */
const JSON_VALUES = 3;
const VALUES_TYPES = ['messages', 'commands', 'posts'] as const;

/** The type of a message that carries values, and has no other fields. */
export type ValuesType = (typeof VALUES_TYPES)[number];

// Loaded on first use: many children neither send nor receive anything that needs it.
const v8 = () => require('./v8-codec') as typeof import('./v8-codec');

const copier = new PlainCopier();

/** Whether JSON returns exactly this value. */
function isExact(value: unknown): boolean {
  copier.reset();
  return copier.copy(value) !== NOT_PLAIN && copier.exact;
}

/** A frame as it is written: the header with the batch, then the memory of large views, shared with the sent values. */
export type Frame = [head: Buffer, ...outOfBand: Buffer[]];

/** Encodes a batch without errors. Throws if a value cannot be serialized, or the frame would be larger than MAX_FRAME. */
export function encodeFrame(batch: readonly unknown[]): Frame {
  return isExact(batch) ? encodeJson(batch) : encodeV8(batch);
}

/** As `encodeFrame`, for values that JSON returns exactly. With `scratch`, the frame is valid until the next one. */
export function encodeJson(batch: readonly unknown[], scratch?: Scratch): Frame {
  return encodeText(JSON.stringify(batch), JSON_TEXT, scratch);
}

/** As `encodeJson`, for a batch that is one message of this type with these values. */
export function encodeValues(type: ValuesType, values: readonly unknown[], scratch: Scratch): Frame {
  return encodeText(JSON.stringify(values), JSON_VALUES + VALUES_TYPES.indexOf(type), scratch);
}

function encodeText(text: string, format: number, scratch?: Scratch): Frame {
  // One text and one buffer: in a process that has just woken, each further step costs time.
  if (!scratch || text.length < LONG_JSON) return [withHeader(Buffer.from(HEADER_SPACE + text), format)];
  const bytes = scratch.atLeast(HEADER + MOST_UTF8 * text.length);
  return [withHeader(bytes.subarray(0, HEADER + bytes.write(text, HEADER)), format)];
}

/** As `encodeFrame`, always in v8's format. `details`: those of the errors in the batch. */
export function encodeV8(batch: readonly unknown[], details: readonly ErrorDetails[] = []): Frame {
  const outOfBand: Buffer[] = [];
  const frame = v8().serialize(batch, HEADER, outOfBand, details);
  if (outOfBand.length === 0) return [withHeader(frame, V8)];
  const sizes = outOfBand.map(({ length }) => length);
  const total = sizes.reduce((sum, size) => sum + size);
  if (total > MAX_FRAME) throw tooLarge(total);
  // A table behind the batch: the lengths of the views, then their count.
  const table = Buffer.from(Uint32Array.from([...sizes, sizes.length]).buffer);
  return [withHeader(Buffer.concat([frame, table]), V8_OUT_OF_BAND), ...outOfBand];
}

/** A frame with its own memory, to be written later: the user may change the sent views in the meantime. */
export const ownFrame = ([head, ...views]: Frame): Frame => [
  Buffer.from(head),
  ...views.map(view => Buffer.from(view)),
];

/** The length of a frame and its views, in bytes. */
export const sizeOf = (frame: Frame): number =>
  frame.length === 1 ? frame[0].length : frame.reduce((sum, { length }) => sum + length, 0);

const tooLarge = (length: number) =>
  new RangeError(`${length} bytes are more than the ${MAX_FRAME} that one frame holds`);

/** Writes the header into the first bytes of `frame`. */
function withHeader(frame: Buffer, format: number): Buffer {
  const length = frame.length - HEADER;
  if (length > MAX_FRAME) throw tooLarge(length);
  // Byte by byte, each keeps its lowest 8 bits: in a process that has just woken, half the time of Buffer's methods.
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

/** One serialized value without a frame: JSON text, or bytes in v8's format. */
export type Encoded = string | Uint8Array;

/** Serializes one value, with the `details` of its errors. Throws if it cannot be serialized. */
export const encodeValue = (value: unknown, details: readonly ErrorDetails[] = []): Encoded =>
  isExact(value) ? JSON.stringify(value) : v8().serialize(value, 0, undefined, details);

/** Deserializes one value. Throws if `encoded` is damaged. */
export const decodeValue = (encoded: Encoded): unknown =>
  typeof encoded === 'string' ? JSON.parse(encoded) : v8().deserialize(encoded);

/** A complete frame whose large views may not have arrived yet. */
export interface Head {
  /** Length of header and payload, in bytes. */
  size: number;
  /** Lengths of the large views that follow the frame, in bytes. */
  viewSizes: number[];
  /** Decodes the batch, given the memory of the large views. Throws if the payload does not hold a batch. */
  decode(views: Buffer[]): unknown[];
}

/**
 * The length of the frame that begins at `at`, in bytes. Reads only the header.
 * @throws Error that says why these bytes are not a frame
 */
export function frameLength(bytes: Buffer, at = 0): number {
  if (bytes[at] !== MAGIC[0] || bytes[at + 1] !== MAGIC[1])
    throw new Error(`bytes that are not a frame (${bytes.toString('hex', at, at + HEADER)})`);
  const version = bytes[at + 2];
  if (version !== PROTOCOL_VERSION) {
    throw new Error(`a frame of protocol version ${version}, but this side speaks version ${PROTOCOL_VERSION}`);
  }
  // Byte by byte, for the same reason as in `withHeader`.
  const low = (bytes[at + 4] as number) | ((bytes[at + 5] as number) << 8);
  const length = low + ((bytes[at + 6] as number) << 16) + (bytes[at + 7] as number) * 2 ** 24;
  if (length > MAX_FRAME) throw new Error(`a frame of ${length} bytes, more than ${MAX_FRAME}`);
  return HEADER + length;
}

/** Whether large views follow the frame that begins at `at`. */
export const hasOutOfBand = (bytes: Buffer, at: number): boolean => bytes[at + 3] === V8_OUT_OF_BAND;

/** Decodes a frame without large views, from `start` to `end`. @throws Error that says why it does not hold a batch */
export function decodeFrame(bytes: Buffer, start: number, end: number): unknown[] {
  const format = bytes[start + 3] as number;
  if (format === V8) return checkBatch(v8().deserialize(bytes.subarray(start + HEADER, end)));
  const type = VALUES_TYPES[format - JSON_VALUES];
  if (type || format === JSON_TEXT) {
    const list = checkBatch(JSON.parse(bytes.toString('utf8', start + HEADER, end)));
    return type ? [{ type, values: list }] : list;
  }
  throw new Error(`a frame of unknown format ${format}`);
}

/** Reads a frame, given its header and payload. */
export function readHead(bytes: Buffer): Head {
  const size = bytes.length;
  if (!hasOutOfBand(bytes, 0)) return { size, viewSizes: [], decode: () => decodeFrame(bytes, 0, size) };
  const payload = bytes.subarray(HEADER);
  const viewSizes = readTable(payload);
  // A copy: the memory of `bytes` may be reused before the views have arrived.
  const batch = Buffer.from(payload.subarray(0, payload.length - tableSize(viewSizes.length)));
  return { size, viewSizes, decode: views => checkBatch(v8().deserialize(batch, views)) };
}

function checkBatch(value: unknown): unknown[] {
  if (!Array.isArray(value)) throw new Error('a frame that does not hold a batch');
  return value;
}

/** The length of the table of `views` lengths, in bytes. */
const tableSize = (views: number) => 4 * (views + 1);

function readTable(payload: Buffer): number[] {
  const count = payload.length < 4 ? 0 : payload.readUInt32LE(payload.length - 4);
  const start = payload.length - tableSize(count);
  if (start < 0) throw new Error(`a frame with ${count} views, but not the lengths of all of them`);
  const sizes = Array.from({ length: count }, (_, at) => payload.readUInt32LE(start + 4 * at));
  const total = sizes.reduce((sum, size) => sum + size, 0);
  if (total > MAX_FRAME) throw new Error(`a frame whose views have ${total} bytes, more than ${MAX_FRAME}`);
  return sizes;
}
