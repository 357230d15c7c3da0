/** Both sides: a message with a list of values, some of which are PlainData. */
import { copyPlain, PlainData } from '../../protocol/plain-data';

/** Bytes of a value. V8 serializes larger ones faster than JSON. */
const LARGEST_JSON = Number(process.env['LJ'] ?? 256);

/**
 * The message with the values of the field `key` themselves. It is PlainData if all of them are plain: then it is sent
 * as it is. `key` is the only field that has objects which somebody may change.
 */
export function packValues<Message extends object>(message: Message, key: keyof Message & string): Message {
  const values = message[key] as unknown[];
  if (!values.some(value => value instanceof PlainData)) return message;
  const packed = { ...message, [key]: values.map(valueIn) };
  let exact = true;
  let size = 0;
  for (const value of values) {
    const plain = plainDataOf(value);
    if (!plain) return packed;
    exact &&= plain.exact;
    size += plain.size;
  }
  return new PlainData(packed, exact && size <= LARGEST_JSON * values.length, size) as unknown as Message;
}

function plainDataOf(value: unknown): PlainData | undefined {
  if (value instanceof PlainData) return value;
  return typeof value === 'object' && value !== null ? undefined : copyPlain(value);
}

export const valueIn = (value: unknown): unknown => (value instanceof PlainData ? value.value : value);
