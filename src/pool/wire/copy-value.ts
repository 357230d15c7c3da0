/** Both sides: copies a value that is sent later, since its owner may change it before. */
import type { ErrorDetails } from '../../protocol/error-details';
import { decodeValue, encodeValue } from '../../protocol/frames';
import { copyPlain } from '../../protocol/plain-data';
import { attempt } from '../../util/safely';
import { isSharedView } from '../../util/value-kinds';

/** Characters of a text that is worth being packed. */
const LONG_TEXT = 1_024;

/** As `copyValue`, but plain data is a PlainData: see `packValues`. */
export function copyForMessage(value: unknown): unknown {
  if (typeof value === 'object' && value !== null) return copyPlain(value) ?? copyOther(value);
  return typeof value === 'string' && value.length >= LONG_TEXT ? (copyPlain(value) ?? value) : value;
}

/** A copy of `value` as it would arrive. The value itself if it cannot cross: sending it will throw the error. */
export function copyValue(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const plain = copyPlain(value);
  return plain ? plain.value : copyOther(value);
}

/** A copy of what is not plain data. */
function copyOther(value: object): unknown {
  if (isSharedView(value)) return value;
  if (Buffer.isBuffer(value)) return Buffer.from(value);
  if (value instanceof Uint8Array && value.constructor === Uint8Array) return value.slice();
  const { findObstacle } = require('../../protocol/crossing') as typeof import('../../protocol/crossing');
  const details: ErrorDetails[] = [];
  if (findObstacle(value, '', 'message', details)) return value;
  const copy = attempt(() => ({ value: decodeValue(encodeValue(value, details)) }));
  return copy ? copy.value : value;
}
