/** Both sides: estimates the size of a value cheaply, to keep batches of large values small. */

/** Bytes counted for any value. */
const VALUE_BYTES = 16;
/** The most elements or properties that are measured. */
const MAX_MEASURED = 8;

/** Bytes of strings and buffers, in `value` itself or one level below. What lies deeper does not count. */
export function approximateSize(value: unknown): number {
  if (typeof value !== 'object' || value === null) return shallowSize(value);
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return shallowSize(value);
  let size = VALUE_BYTES;
  if (Array.isArray(value)) {
    const measured = Math.min(value.length, MAX_MEASURED);
    for (let index = 0; index < measured; index++) size += shallowSize(value[index]);
    return size + VALUE_BYTES * value.length;
  }
  let count = 0;
  for (const key in value) {
    if (count++ === MAX_MEASURED) break;
    // Reading the property could call a getter, which is called once more when the value is sent.
    const property = Object.getOwnPropertyDescriptor(value, key);
    size += shallowSize(property?.value);
  }
  return size;
}

function shallowSize(value: unknown): number {
  if (typeof value === 'string') return VALUE_BYTES + value.length;
  if (typeof value !== 'object' || value === null) return VALUE_BYTES;
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return VALUE_BYTES + value.byteLength;
  return VALUE_BYTES;
}
