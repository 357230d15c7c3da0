/** Both sides: copies plain data, so that it can be serialized later. */
import { types } from 'node:util';

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
  readonly #seen: object[] = [];

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
    try {
      const copy = this.#copy(value);
      // A frame of its own: if it is too large to be sent, the others are not affected.
      return this.size - before > LARGEST_COPY ? NOT_PLAIN : copy;
    } catch {
      // A getter threw. The caller inspects a value that is not plain, and reports the getter.
      return NOT_PLAIN;
    } finally {
      this.#seen.length = 0;
    }
  }

  #copy(value: unknown): unknown {
    switch (typeof value) {
      case 'string':
        this.size += value.length;
        if (value.length > LONGEST_JSON_TEXT) this.prefersV8 = true;
        return value;
      case 'number':
        this.size += 8;
        if (!Number.isFinite(value) || Object.is(value, -0)) this.lossless = false;
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

  #copyObject(value: object): unknown {
    if (types.isProxy(value)) return NOT_PLAIN;
    // v8 preserves cycles, and that two references are to the same object. A copy would not.
    if (this.#seen.length === MOST_OBJECTS || this.#seen.includes(value)) return NOT_PLAIN;
    this.#seen.push(value);
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype === Array.prototype) return this.#copyArray(value as unknown[]);
    if (!isPlainPrototype(prototype) || types.isNativeError(value) || types.isModuleNamespaceObject(value))
      return NOT_PLAIN;
    const copy: Record<string, unknown> = { ...value };
    let isEmpty = true;
    for (const key in copy) {
      isEmpty = false;
      this.size += key.length;
      const own = copy[key];
      const copied = this.#copy(own);
      if (copied === NOT_PLAIN) return NOT_PLAIN;
      if (copied !== own) copy[key] = copied;
    }
    // It may be an iterable, whose only method has a symbol for its key.
    if (isEmpty && Object.getOwnPropertySymbols(value).length > 0) return NOT_PLAIN;
    return copy;
  }

  #copyArray(value: unknown[]): unknown {
    // Refuses an array with holes or with other fields. Without both, it has one key for each entry.
    if (value.length > LONGEST_ARRAY || Object.keys(value).length !== value.length) return NOT_PLAIN;
    const copy: unknown[] = [];
    for (let at = 0; at < value.length; at++) {
      if (value[at] === undefined && !Object.hasOwn(value, at)) return NOT_PLAIN;
      const copied = this.#copy(value[at]);
      if (copied === NOT_PLAIN) return NOT_PLAIN;
      copy.push(copied);
    }
    return copy;
  }
}

const isPlainPrototype = (prototype: unknown) => prototype === Object.prototype || prototype === null;
