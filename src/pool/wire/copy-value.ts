/** Both sides: copies a value that is sent later, since its owner may change it before. */
import type { ErrorDetails } from '../../protocol/error-details';
import { decodeValue, encodeValue } from '../../protocol/frames';
import { NOT_PLAIN, PlainCopier } from '../../protocol/plain';
import { attempt } from '../../util/safely';
import { isSharedView } from '../../util/value-kinds';

const plainCopier = new PlainCopier();

/** A copy of `value` as it would arrive. The value itself if it cannot cross: sending it will throw the error. */
export function copyValue(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const plain = plainCopier.copy(value);
  if (plain !== NOT_PLAIN) return plain;
  if (isSharedView(value)) return value;
  if (Buffer.isBuffer(value)) return Buffer.from(value);
  if (value instanceof Uint8Array && value.constructor === Uint8Array) return value.slice();
  const { findObstacle } = require('../../protocol/crossing') as typeof import('../../protocol/crossing');
  const details: ErrorDetails[] = [];
  if (findObstacle(value, '', 'message', details)) return value;
  const copy = attempt(() => ({ value: decodeValue(encodeValue(value, details)) }));
  return copy ? copy.value : value;
}
