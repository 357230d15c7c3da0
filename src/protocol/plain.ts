/** Both sides: copies plain data, so that it can be serialized later. */
import { types } from 'node:util';

const { isModuleNamespaceObject, isNativeError, isProxy } = types;

/** Returned in place of a copy: the value is not plain data, so v8 has to serialize it. */
export const NOT_PLAIN = Symbol('not plain');

/** Objects and arrays in one value. With more of them, v8 recognizes repeated objects faster than this class. */
const MOST_OBJECTS = 32;
/** Entries of an array. v8 packs a longer one better. */
const LONGEST_ARRAY = 1_024;
/** Characters of a string. v8 serializes a longer one faster than JSON. */
const LONGEST_JSON_TEXT = 4_096;

/** Bytes of one copy. A larger value gets a frame of its own. */
const LARGEST_COPY = 1024 * 1024;

/**
 * Copies values made of objects, arrays and primitives. The user may change a value after it was copied. Many copies
 * are serialized together for a fraction of the time that each would take alone.
 */
export class PlainCopier {
  /** Whether JSON returns exactly what was copied since `reset`. It would change `undefined`, NaN, -0 and bigints. */
  lossless = true;
  /** Whether v8 is faster: there was a long string. */
  prefersV8 = false;
  /** Estimated size in bytes of what was copied since `reset`. */
  size = 0;
  /** The objects in the value that is being copied. Emptied in place: new memory for each value would cost more. */
  readonly #seen: (object | undefined)[] = Array(MOST_OBJECTS).fill(undefined);
  #seenCount = 0;

  /** Whether JSON returns exactly what was copied, and is the faster format. */
  get exact(): boolean {
    return this.lossless && !this.prefersV8;
  }

  /** Counts what was copied before, as its copier has told. */
  add({ lossless, exact, size }: Pick<PlainCopier, 'lossless' | 'exact' | 'size'>): void {
    this.lossless &&= lossless;
    this.prefersV8 ||= lossless && !exact;
    this.size += size;
  }

  reset(): void {
    this.lossless = true;
    this.prefersV8 = false;
    this.size = 0;
  }

  /** Returns a copy of `value`, or NOT_PLAIN. Never throws. */
  copy(value: unknown): unknown {
    const before = this.size;
    let copy: unknown = NOT_PLAIN;
    try {
      copy = this.#copy(value);
    } catch {
      // A getter threw. The caller inspects a value that is not plain, and reports the getter.
    }
    while (this.#seenCount > 0) this.#seen[--this.#seenCount] = undefined;
    // A frame of its own: if it is too large to be sent, the others are not affected.
    return this.size - before > LARGEST_COPY ? NOT_PLAIN : copy;
  }

  #copy(value: unknown): unknown {
    switch (typeof value) {
      case 'string':
        this.size += value.length;
        if (value.length > LONGEST_JSON_TEXT) this.prefersV8 = true;
        return value;
      case 'number':
        this.size += 8;
        if (!isJsonNumber(value)) this.lossless = false;
        return value;
      case 'boolean':
        this.size += 1;
        return value;
      case 'bigint':
      case 'undefined':
        this.size += 8;
        this.lossless = false;
        return value;
      case 'object':
        return value === null ? null : this.#copyObject(value);
      default:
        return NOT_PLAIN;
    }
  }

  /**
   * Arrays and objects in one method, too large for V8 to inline. Smaller methods would be inlined into each of their
   * callers, and compiled again each time. That took a tenth of the time of the first messages of a new child.
   */
  #copyObject(value: object): unknown {
    if (isProxy(value) || !this.#isNew(value)) return NOT_PLAIN;
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype === Array.prototype) {
      const array = value as unknown[];
      if (array.length > LONGEST_ARRAY) return NOT_PLAIN;
      // Refuses an array with holes or with other fields. Without both, it has one value for each entry.
      const copy = Object.values(array);
      if (copy.length !== array.length) return NOT_PLAIN;
      for (let at = 0; at < copy.length; at++) {
        const own = copy[at];
        // Also finds an entry that is not enumerable, in whose place another field has come.
        const isOther = own !== array[at] && !Number.isNaN(own);
        if (isOther || (own === undefined && !Object.hasOwn(array, at))) return NOT_PLAIN;
        const copied = this.#copy(own);
        if (copied === NOT_PLAIN) return NOT_PLAIN;
        if (copied !== own) copy[at] = copied;
      }
      return copy;
    }
    if (!isPlainPrototype(prototype, value) || isNativeError(value)) return NOT_PLAIN;
    const copy: Record<string, unknown> = { ...value };
    let size = 0;
    let isEmpty = true;
    for (const key in copy) {
      isEmpty = false;
      size += key.length;
      const own = copy[key];
      // Without calls for the usual fields. They take most of the time until V8 has optimized this method.
      if (typeof own === 'string' && own.length <= LONGEST_JSON_TEXT) size += own.length;
      else if (typeof own === 'number' && isJsonNumber(own)) size += 8;
      else if (typeof own === 'boolean') size += 1;
      else {
        const copied = this.#copy(own);
        if (copied === NOT_PLAIN) return NOT_PLAIN;
        if (copied !== own) copy[key] = copied;
      }
    }
    this.size += size;
    // It may be an iterable, whose only method has a symbol for its key.
    if (isEmpty && Object.getOwnPropertySymbols(value).length > 0) return NOT_PLAIN;
    return copy;
  }

  /**
   * Notes an object. False if there are too many, or if it is there twice: v8 preserves cycles, and that two references
   * are to the same object. A copy would not.
   */
  #isNew(value: object): boolean {
    const count = this.#seenCount;
    if (count === MOST_OBJECTS) return false;
    for (let at = 0; at < count; at++) if (this.#seen[at] === value) return false;
    this.#seen[count] = value;
    this.#seenCount = count + 1;
    return true;
  }
}

const isPlainPrototype = (prototype: unknown, value: object) =>
  prototype === Object.prototype || (prototype === null && !isModuleNamespaceObject(value));

/** Whether JSON returns this number. It would change NaN, Infinity and -0. By operators alone, for speed. */
const isJsonNumber = (value: number) => value - value === 0 && (value !== 0 || 1 / value > 0);
