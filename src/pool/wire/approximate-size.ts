/** Both sides: estimates the size of a value cheaply, to keep batches of large values small. */
import { types } from 'node:util';

/** Bytes counted for any value. */
const VALUE_BYTES = 16;
/** How many objects in a value are looked into, and how many entries and properties of each. */
const MOST_OBJECTS = 64;
const MOST_ENTRIES = 4;
const MOST_PROPERTIES = 16;

/** How many objects may still be looked into. */
let objectsLeft = 0;

/**
 * About the bytes of the strings and buffers in `value`. Of a large value only some are measured: the rest of an array, a
 * Map, a Set or an object is assumed to be as large as what is measured of it. Never throws, and calls no getters.
 */
export function approximateSize(value: unknown): number {
  objectsLeft = MOST_OBJECTS;
  try {
    const size = sizeOf(value);
    return Number.isFinite(size) ? size : VALUE_BYTES;
  } catch {
    // Its prototype is a Proxy, say.
    return VALUE_BYTES;
  }
}

function sizeOf(value: unknown): number {
  if (typeof value === 'string') return VALUE_BYTES + value.length;
  if (typeof value !== 'object' || value === null || types.isProxy(value)) return VALUE_BYTES;
  if (ArrayBuffer.isView(value) || types.isAnyArrayBuffer(value)) return VALUE_BYTES + value.byteLength;
  if (objectsLeft === 0) return VALUE_BYTES;
  objectsLeft -= 1;
  if (Array.isArray(value)) return VALUE_BYTES + sizeOfElements(value);
  if (types.isMap(value)) return VALUE_BYTES + sizeOfEntries(Map.prototype.entries.call(value), mapSize(value));
  if (types.isSet(value)) return VALUE_BYTES + sizeOfEntries(Set.prototype.values.call(value), setSize(value));
  return VALUE_BYTES + sizeOfProperties(value);
}

// A field of the user's may have the name `size`.
const mapSize = (map: object): number => Reflect.get(Map.prototype, 'size', map);
const setSize = (set: object): number => Reflect.get(Set.prototype, 'size', set);

function sizeOfElements(array: readonly unknown[]): number {
  const { length } = array;
  const measured = Math.min(length, MOST_ENTRIES);
  let size = 0;
  for (let at = 0; at < measured; at++) size += sizeOfProperty(array, String(Math.floor((at * length) / measured)));
  return whole(size, measured, length);
}

function sizeOfEntries(entries: Iterable<unknown>, count: number): number {
  const measured = Math.min(count, MOST_ENTRIES);
  let size = 0;
  let left = measured;
  for (const entry of entries) {
    if (left-- === 0) break;
    size += sizeOf(entry);
  }
  return whole(size, measured, count);
}

function sizeOfProperties(object: object): number {
  let size = 0;
  let count = 0;
  for (const key in object) {
    count += 1;
    if (count <= MOST_PROPERTIES) size += sizeOfProperty(object, key);
  }
  return whole(size, Math.min(count, MOST_PROPERTIES), count);
}

/** By the descriptor: reading the property could call a getter, which is called once more when the value is sent. */
const sizeOfProperty = (object: object, key: string) => sizeOf(Object.getOwnPropertyDescriptor(object, key)?.value);

/** The size of all `count`, if that of the `measured` is this. */
const whole = (size: number, measured: number, count: number) => (measured < count ? (size * count) / measured : size);
