/** Both sides: estimates the size of a value cheaply, to keep batches of large values small. */
import { types } from 'node:util';

/** Bytes counted for any value. */
const VALUE_BYTES = 16;
/** The most levels below a value that are measured, and the most elements or properties of an object. */
const MOST_LEVELS = 3;
const MOST_ELEMENTS = 4;
const MOST_PROPERTIES = 8;

/**
 * About the bytes of strings and buffers in `value`, down to the third level. Of a long array some elements are measured, and
 * of an object with many properties the first ones. Each of the others is taken to be as large on average.
 */
export function approximateSize(value: unknown, levels = MOST_LEVELS): number {
  if (typeof value === 'string') return VALUE_BYTES + value.length;
  if (typeof value !== 'object' || value === null || types.isProxy(value)) return VALUE_BYTES;
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return VALUE_BYTES + value.byteLength;
  if (levels === 0) return VALUE_BYTES;
  return VALUE_BYTES + (Array.isArray(value) ? sizeOfElements(value, levels - 1) : sizeOfProperties(value, levels - 1));
}

function sizeOfElements(array: readonly unknown[], levels: number): number {
  const { length } = array;
  const measured = Math.min(length, MOST_ELEMENTS);
  let size = 0;
  for (let at = 0; at < measured; at++) size += approximateSize(array[Math.floor((at * length) / measured)], levels);
  return measured < length ? (size * length) / measured : size;
}

function sizeOfProperties(object: object, levels: number): number {
  let size = 0;
  let count = 0;
  for (const key in object) {
    count += 1;
    // Reading the property could call a getter, which is called once more when the value is sent.
    if (count <= MOST_PROPERTIES) size += approximateSize(Object.getOwnPropertyDescriptor(object, key)?.value, levels);
  }
  return count > MOST_PROPERTIES ? (size * count) / MOST_PROPERTIES : size;
}
