/** Both sides: a value as it is now, for one that travels later and whose owner may change it meanwhile. */
import { decodeValue, encodeValue } from '../../protocol/frames';
import { NOT_PLAIN, PlainCopier } from '../../protocol/plain';
import { attempt } from '../../util/safely';

const copier = new PlainCopier();

/** A copy as it would arrive; the value itself where it cannot cross, as whoever sends it will tell. */
export function copyValue(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const plain = copier.copy(value);
  if (plain !== NOT_PLAIN) return plain;
  if (Buffer.isBuffer(value)) return Buffer.from(value);
  if (value instanceof Uint8Array && value.constructor === Uint8Array) return value.slice();
  const { findObstacle } = require('../../protocol/crossing') as typeof import('../../protocol/crossing');
  if (findObstacle(value, '', 'message')) return value;
  const copy = attempt(() => ({ value: decodeValue(encodeValue(value)) }));
  return copy ? copy.value : value;
}
