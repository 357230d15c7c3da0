/** Both sides: sends a list of values as plain data if they are, by the shared file if they are large together. */
import { NOT_PLAIN, PlainCopier } from '../../protocol/plain';
import { PlainData } from '../../protocol/plain-data';
import { LARGE_BYTES } from './shared-file';

/** Bytes of a value. V8 serializes larger ones faster than JSON. */
const LARGEST_JSON = 256;

/** Bytes of values that a message would have in v8's format, although JSON returns them exactly. */
const LARGE_TEXTS = 32 * 1024;

/** The values of a message, without PlainData. `plain` if all of them are plain, unless they are many short texts. */
export interface Packed {
  values: unknown[];
  plain?: Pick<PlainData, 'lossless' | 'exact' | 'size'>;
}

// Loaded on first use: many workers send nothing that needs them.
const v8 = () => require('../../protocol/v8-codec') as typeof import('../../protocol/v8-codec');
const texts = () => require('./text-codec') as typeof import('./text-codec');

/** Only measures primitive values: copying an object could run getters of the user's. */
const copier = new PlainCopier();

export function packValues(values: unknown[]): Packed {
  copier.reset();
  let isPlain = true;
  let hasPlainData = false;
  for (let at = 0; at < values.length; at++) {
    const value = values[at];
    if (value instanceof PlainData) {
      hasPlainData = true;
      copier.add(value);
    } else if (typeof value === 'object' && value !== null) isPlain = false;
    else if (copier.copy(value) === NOT_PLAIN) isPlain = false;
  }
  const { lossless, exact, size } = copier;
  // Short texts are not worth the file, however many they are.
  if (!hasPlainData) return isPlain && size < LARGE_TEXTS ? { values, plain: { lossless, exact, size } } : { values };
  const unpacked = values.map(valueIn);
  if (!isPlain) return { values: unpacked };
  return { values: unpacked, plain: { lossless, exact: exact && size <= LARGEST_JSON * values.length, size } };
}

/** Values that are best sent as JSON are small, however many they are: a pipe takes them in less time than a file. */
export const isWorthFile = ({ plain }: Packed): boolean =>
  plain !== undefined && !plain.exact && plain.size >= (plain.lossless ? LARGE_TEXTS : LARGE_BYTES);

/** The bytes of the values for the shared file. They are valid until the next call. */
export const packTogether = ({ values, plain }: Packed): Buffer =>
  plain?.lossless ? texts().encodeTexts(values, plain.size) : v8().serialize(values);

/** @throws Error if the bytes are damaged */
export function unpackTogether(bytes: Buffer): unknown[] {
  const { decodeTexts, isOfTexts } = texts();
  return isOfTexts(bytes) ? decodeTexts(bytes) : (v8().deserialize(bytes) as unknown[]);
}

/** The message with these values. It is sent as it is if they are plain: nobody may change its other fields. */
export const withPacked = <Message extends object>(message: Message, { plain }: Packed): Message =>
  plain ? (new PlainData(message, plain) as unknown as Message) : message;

export const valueIn = (value: unknown): unknown => (value instanceof PlainData ? value.value : value);
