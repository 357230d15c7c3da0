/** Both sides: values as bytes in v8's format, with what V8 loses of errors. */
import { findObstacle } from '../../protocol/crossing';
import type { ErrorDetails } from '../../protocol/error-details';
import { NOT_PLAIN, PlainCopier } from '../../protocol/plain';
import { deserialize, serialize } from '../../protocol/v8-codec';

const copier = new PlainCopier();

/** Serializes a list. `read` finds in each entry the value that may hold errors. @throws if a value cannot cross */
export function encodeList<T>(list: readonly T[], read: (entry: T) => unknown = entry => entry): Buffer {
  const details: ErrorDetails[] = [];
  for (const entry of list) {
    const value = read(entry);
    if (hasNoErrors(value)) continue;
    const obstacle = findObstacle(value, 'item', 'message', details);
    if (obstacle) throw new TypeError(`${obstacle.path} ${obstacle.problem}`);
  }
  return serialize(list, 0, undefined, details);
}

/** @throws if the bytes are damaged */
export function decodeList(bytes: Uint8Array): unknown[] {
  const list = deserialize(bytes);
  if (!Array.isArray(list)) throw new TypeError('bytes that hold no list');
  return list;
}

/** Whether a value can be serialized at once: it is a primitive, bytes, or plain data. */
function hasNoErrors(value: unknown): boolean {
  if (typeof value === 'function' || typeof value === 'symbol') return false;
  if (typeof value !== 'object' || value === null) return true;
  if (Buffer.isBuffer(value) || value instanceof Uint8Array) return value.buffer instanceof ArrayBuffer;
  return copier.copy(value) !== NOT_PLAIN;
}
