/** Both sides: copies plain data as it is now, and knows what of it JSON tells exactly. */
import { types } from 'node:util';

/** In place of a copy: the value is not plain, and is v8's to serialise. */
export const NOT_PLAIN = Symbol('not plain');

/** Objects and arrays in one value; more of them are v8's, which knows two of the same apart sooner. */
const MOST_OBJECTS = 32;
/** Entries of an array; v8 packs a longer one better. */
const LONGEST_ARRAY = 1_024;
/** Characters of a text that JSON writes about as fast as v8. */
const LONGEST_TEXT = 4_096;

/** Bytes of one value that travels together with others. */
const LARGEST = 1024 * 1024;

/**
 * Copies values of objects, arrays and primitives. A copy is what the value is at that moment, so that it may be
 * serialised later, together with others, and for a fraction of what each would take alone.
 */
export class PlainCopier {
  /** Whether JSON gives back everything that was copied since `reset`: no `undefined`, NaN, -0 or bigint. */
  exact = true;
  /** About how many bytes the copies since `reset` take. */
  size = 0;
  readonly #seen: object[] = [];

  reset(): void {
    this.exact = true;
    this.size = 0;
  }

  /** The copy of `value`, or NOT_PLAIN. Never throws. */
  copy(value: unknown): unknown {
    const before = this.size;
    try {
      const copy = this.#copy(value);
      // By itself, so that what is wrong with it is its own.
      return this.size - before > LARGEST ? NOT_PLAIN : copy;
    } catch {
      // A getter, which is told of by who looks closer.
      return NOT_PLAIN;
    } finally {
      this.#seen.length = 0;
    }
  }

  #copy(value: unknown): unknown {
    switch (typeof value) {
      case 'string':
        this.size += value.length;
        if (value.length > LONGEST_TEXT) this.exact = false;
        return value;
      case 'number':
        this.size += 8;
        if (!Number.isFinite(value) || Object.is(value, -0)) this.exact = false;
        return value;
      case 'boolean':
        this.size += 1;
        return value;
      case 'bigint':
      case 'undefined':
        this.size += 8;
        this.exact = false;
        return value;
      case 'object':
        return value === null ? null : this.#copyObject(value);
      default:
        return NOT_PLAIN;
    }
  }

  #copyObject(value: object): unknown {
    if (types.isProxy(value)) return NOT_PLAIN;
    // v8 keeps the identity of what comes twice, and cycles; a copy would not.
    if (this.#seen.length === MOST_OBJECTS || this.#seen.includes(value)) return NOT_PLAIN;
    this.#seen.push(value);
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype === Array.prototype) return this.#copyArray(value as unknown[]);
    if (!isPlainPrototype(prototype) || types.isNativeError(value) || types.isModuleNamespaceObject(value))
      return NOT_PLAIN;
    const copy: Record<string, unknown> = { ...value };
    for (const key in copy) {
      this.size += key.length;
      const own = copy[key];
      const copied = this.#copy(own);
      if (copied === NOT_PLAIN) return NOT_PLAIN;
      if (copied !== own) copy[key] = copied;
    }
    return copy;
  }

  #copyArray(value: unknown[]): unknown {
    // Neither holes nor other fields: as many keys as entries, each of which is there.
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
