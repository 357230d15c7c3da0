/**
 * Both sides: lists of values as they travel. As JSON if that gives exactly the same values, since it takes less time, else
 * as bytes in v8's format, with what V8 loses of errors.
 */
import { findObstacle } from '../../protocol/crossing';
import type { ErrorDetails } from '../../protocol/error-details';
import { NOT_PLAIN, PlainCopier } from '../../protocol/plain';
import { deserialize, serialize } from '../../protocol/v8-codec';
import type { Word } from './words';

/** The JSON of a list begins with it, unlike bytes of v8, and unlike base64. */
const BRACKET = '[';
const BRACKET_BYTE = 0x5b;

const copier = new PlainCopier();

/** Serializes a list of values. @throws if one cannot cross */
export const encodeList = (values: readonly unknown[]): string | Buffer =>
  encode(
    values,
    value => value,
    (_, copy) => copy,
  );

/** Serializes words, of which each has a user's value. @throws if one cannot cross */
export const encodeWords = (words: readonly Word[]): string | Buffer =>
  encode(
    words,
    ([, , , , value]) => value,
    ([item, attempt, sequence, kind, , time], copy): Word => [item, attempt, sequence, kind, copy, time],
  );

/** `withValue` returns an entry that has a copy of the user's value, for JSON would call a `toJSON` of the value itself. */
function encode<T>(
  list: readonly T[],
  userValue: (entry: T) => unknown,
  withValue: (entry: T, copy: unknown) => T,
): string | Buffer {
  const details: ErrorDetails[] = [];
  const copies: T[] = [];
  let isPlain = true;
  copier.reset();
  for (const entry of list) {
    const value = userValue(entry);
    if (!isOwnBytes(value)) {
      const copy = copier.copy(value);
      if (copy !== NOT_PLAIN) {
        copies.push(withValue(entry, copy));
        continue;
      }
      const obstacle = findObstacle(value, 'item', 'message', details);
      if (obstacle) throw new TypeError(`${obstacle.path} ${obstacle.problem}`);
    }
    isPlain = false;
  }
  return isPlain && copier.exact ? JSON.stringify(copies) : serialize(list, 0, undefined, details);
}

/** @throws if the bytes are damaged */
export function decodeList(encoded: string | Uint8Array): unknown[] {
  const list = typeof encoded === 'string' ? JSON.parse(encoded) : decodeBytes(encoded);
  if (!Array.isArray(list)) throw new TypeError('bytes that hold no list');
  return list;
}

/** A list that was serialized, as a text. */
export const toText = (encoded: string | Buffer): string =>
  typeof encoded === 'string' ? encoded : encoded.toString('base64');

export const fromText = (text: string): string | Buffer =>
  text.startsWith(BRACKET) ? text : Buffer.from(text, 'base64');

const decodeBytes = (bytes: Uint8Array): unknown =>
  bytes[0] === BRACKET_BYTE ? JSON.parse(Buffer.from(bytes).toString()) : deserialize(bytes);

const isOwnBytes = (value: unknown): boolean =>
  (Buffer.isBuffer(value) || value instanceof Uint8Array) && value.buffer instanceof ArrayBuffer;
