/** Both sides: sends a list of values as plain data if they are, by the shared file if they are large together. */
import { copyPlain, PlainData } from '../../protocol/plain-data';
import { LARGE_BYTES } from './shared-file';

/** Bytes of a value. V8 serializes larger ones faster than JSON. */
const LARGEST_JSON = 256;

/** The values of a message, some of which were PlainData. `plain` if all of them are plain. */
export interface Packed {
  values: unknown[];
  plain?: { exact: boolean; size: number };
}

// Loaded on first use: many workers send nothing that needs it.
const v8 = () => require('../../protocol/v8-codec') as typeof import('../../protocol/v8-codec');

export function packValues(values: unknown[]): Packed {
  if (!values.some(value => value instanceof PlainData)) return { values };
  let exact = true;
  let size = 0;
  let isPlain = true;
  for (const value of values) {
    const plain = plainDataOf(value);
    isPlain &&= plain !== undefined;
    exact &&= plain?.exact === true;
    size += plain?.size ?? 0;
  }
  const unpacked = values.map(valueIn);
  if (!isPlain) return { values: unpacked };
  return { values: unpacked, plain: { exact: exact && size <= LARGEST_JSON * values.length, size } };
}

export const isWorthFile = ({ plain }: Packed): boolean => plain !== undefined && plain.size >= LARGE_BYTES;

/** The bytes of the values for the shared file. */
export const packTogether = ({ values }: Packed): Buffer => v8().serialize(values);

/** @throws Error if the bytes are damaged */
export const unpackTogether = (bytes: unknown): unknown[] => v8().deserialize(bytes as Buffer) as unknown[];

/** The message with these values. It is sent as it is if they are plain: nobody may change its other fields. */
export const withPacked = <Message extends object>(message: Message, { plain }: Packed): Message =>
  plain ? (new PlainData(message, plain.exact, plain.size) as unknown as Message) : message;

export const valueIn = (value: unknown): unknown => (value instanceof PlainData ? value.value : value);

function plainDataOf(value: unknown): PlainData | undefined {
  if (value instanceof PlainData) return value;
  return typeof value === 'object' && value !== null ? undefined : copyPlain(value);
}
