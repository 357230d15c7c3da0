/**
 * Both sides: the bytes of plain values that JSON returns exactly. JSON looks at each character, so long texts stand behind
 * the JSON, as they are in memory.
 *
 * The values are encoded in groups. Each has two numbers of 4 bytes, its JSON, and its long texts. The numbers are the
 * length of the JSON, and whether it is UTF-8.
 */
import { Scratch } from '../../util/scratch';

/** The first byte of the bytes. V8 begins with another one. */
const TEXTS = 0;
/** Length of the two numbers, in bytes. */
const HEAD = 8;
/** A text of so many characters or more is not in the JSON. */
const LONG_TEXT = 256;
/** Bytes of values in a group, roughly. V8 allocates strings of more than 128 KB in memory that it has to ask for. */
const GROUP_BYTES = 48 * 1024;

/** Where a long text belongs: the keys that lead there from the list of values. Its length, and whether it has 2 bytes a character. */
type TextPlace = [path: Key[], characters: number, isWide: boolean];
type Key = string | number;

interface LongText {
  holder: Record<Key, unknown>;
  key: Key;
  text: string;
  place: TextPlace;
}

const scratch = new Scratch();

export const isOfTexts = (bytes: Buffer): boolean => bytes[0] === TEXTS;

/** `size`: about how many bytes the values have. The result is valid until the next call. */
export function encodeTexts(values: readonly unknown[], size: number): Buffer {
  let bytes = scratch.atLeast(size + size / 4);
  bytes[0] = TEXTS;
  let end = 1;
  const step = Math.max(1, Math.floor((values.length * GROUP_BYTES) / size));
  for (let start = 0; start < values.length; start += step) {
    const group = values.slice(start, start + step);
    const texts: LongText[] = [];
    const json = jsonWithout(texts, group);
    const isWide = isWideText(json);
    const length = isWide ? Buffer.byteLength(json) : json.length;
    const total = texts.reduce((sum, { place }) => sum + bytesOf(place), end + HEAD + length);
    bytes = scratch.grow(bytes, end, total);
    bytes.writeUInt32LE(length, end);
    bytes.writeUInt32LE(Number(isWide), end + 4);
    end += HEAD;
    end += bytes.write(json, end, isWide ? 'utf8' : 'latin1');
    for (const { text, place } of texts) end += bytes.write(text, end, place[2] ? 'utf16le' : 'latin1');
  }
  return bytes.subarray(0, end);
}

/** @throws Error if the bytes are damaged */
export function decodeTexts(bytes: Buffer): unknown[] {
  const values: unknown[] = [];
  for (let at = 1; at < bytes.length; ) {
    const end = at + HEAD + bytes.readUInt32LE(at);
    const encoding = bytes.readUInt32LE(at + 4) === 1 ? 'utf8' : 'latin1';
    const [group, places] = JSON.parse(bytes.toString(encoding, at + HEAD, end)) as [unknown[], TextPlace[]];
    at = end;
    for (const place of places) {
      const next = at + bytesOf(place);
      if (next > bytes.length) throw new Error('a long text that is cut off');
      putText(group, place[0], bytes.toString(place[2] ? 'utf16le' : 'latin1', at, next));
      at = next;
    }
    for (const value of group) values.push(value);
  }
  return values;
}

const bytesOf = ([, characters, isWide]: TextPlace) => (isWide ? 2 * characters : characters);

/** Whether a text has characters of more than a byte. For a text without them, V8 answers this without a look at it. */
const isWideText = (text: string) => WIDE.test(text);
const WIDE = /[\u0100-\uffff]/;

/** The JSON of a group and the places of its long texts, which are added to `texts`. */
function jsonWithout(texts: LongText[], group: unknown[]): string {
  try {
    takeTexts(group as never, [], texts);
    return JSON.stringify([group, texts.map(({ place }) => place)]);
  } finally {
    // The values may have to be sent again.
    for (const { holder, key, text } of texts) holder[key] = text;
  }
}

/** Replaces each long text in `holder` by an empty one, and adds it to `texts`. */
function takeTexts(holder: Record<Key, unknown>, path: Key[], texts: LongText[]): void {
  if (!Array.isArray(holder)) for (const key in holder) takeText(holder, key, path, texts);
  else for (let at = 0; at < holder.length; at++) takeText(holder as never, at, path, texts);
}

function takeText(holder: Record<Key, unknown>, key: Key, path: Key[], texts: LongText[]): void {
  const value = holder[key];
  if (typeof value === 'string') {
    if (value.length < LONG_TEXT) return;
    texts.push({ holder, key, text: value, place: [[...path, key], value.length, isWideText(value)] });
    holder[key] = '';
  } else if (typeof value === 'object' && value !== null) {
    path.push(key);
    takeTexts(value as Record<Key, unknown>, path, texts);
    path.pop();
  }
}

function putText(values: unknown[], path: Key[], text: string): void {
  let holder: unknown = values;
  const last = path.length - 1;
  for (let at = 0; at < last; at++) holder = ownField(holder, path[at] as Key);
  const key = path[last] as Key;
  if (ownField(holder, key) !== '') throw new Error('a long text without its place');
  (holder as Record<Key, unknown>)[key] = text;
}

/** Never what an object inherits: the path of another process must not lead to a prototype. */
const ownField = (holder: unknown, key: Key): unknown =>
  typeof holder === 'object' && holder !== null && Object.hasOwn(holder, key)
    ? (holder as Record<Key, unknown>)[key]
    : undefined;
