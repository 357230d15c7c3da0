/** Both sides: how large a value is, roughly and at little cost, to keep batches of large ones small. */

/** Bytes that anything takes. */
const LEAST = 16;
/** How many fields of an object are looked at. */
const FIELDS = 8;

/** Bytes of strings and buffers, at the top or one level below; what lies deeper does not count. */
export function approximateSize(value: unknown): number {
  if (typeof value !== 'object' || value === null) return flat(value);
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return flat(value);
  let bulk = LEAST;
  let left = FIELDS;
  if (Array.isArray(value)) {
    for (let at = 0; at < value.length && left > 0; at++, left--) bulk += flat(value[at]);
    return bulk + LEAST * value.length;
  }
  for (const key in value) {
    if (left-- === 0) break;
    // Not the value of a getter, which would be called twice then.
    const own = Object.getOwnPropertyDescriptor(value, key);
    bulk += flat(own?.value);
  }
  return bulk;
}

function flat(value: unknown): number {
  if (typeof value === 'string') return LEAST + value.length;
  if (typeof value !== 'object' || value === null) return LEAST;
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return LEAST + value.byteLength;
  return LEAST;
}
