/** Both sides: tells what in a value could not cross to another process, and where. */
import { types } from 'node:util';
import { safeText } from '../util/safely';

export interface Obstacle {
  /** Where it is, as one would write it: `this.options.onDone`. */
  path: string;
  /** What it is: `is a function`. */
  problem: string;
}

/**
 * `message`: what could not cross at all, or would arrive as an empty object, is refused.
 * `snapshot`: so is what would arrive without its class.
 */
export type Strictness = 'message' | 'snapshot';

interface PathNode {
  value: unknown;
  key: string;
  above: PathNode | undefined;
}

/** The first obstacle in `value`, which the path calls `root`; undefined if all of it can cross. */
export function findObstacle(value: unknown, root: string, strictness: Strictness): Obstacle | undefined {
  if (isSimple(value)) return undefined;
  const seen = new Set<unknown>();
  // A list of places instead of recursion: a value may be nested deeper than the stack.
  const open: PathNode[] = [{ value, key: root, above: undefined }];
  for (let place = open.pop(); place; place = open.pop()) {
    if (seen.has(place.value)) continue;
    const verdict = judgeSafely(place.value, strictness);
    if (verdict !== 'look-inside' && verdict !== 'fine') return { path: render(place), problem: verdict };
    if (isSimple(place.value)) continue;
    seen.add(place.value);
    if (verdict === 'fine') continue;
    const problem = addInner(place, open);
    if (problem) return problem;
  }
  return undefined;
}

function isSimple(value: unknown): boolean {
  return value === null || (typeof value !== 'object' && typeof value !== 'function' && typeof value !== 'symbol');
}

/** What a value does when it is looked at is the user's code, or a Proxy's. */
function judgeSafely(value: unknown, strictness: Strictness): string {
  try {
    return judge(value, strictness);
  } catch (error) {
    return `cannot be looked at (${safeText(error)})`;
  }
}

function judge(value: unknown, strictness: Strictness): string {
  if (typeof value === 'function') return /^class\b/.test(String(value)) ? 'is a class' : 'is a function';
  if (typeof value === 'symbol') return 'is a symbol';
  if (typeof value !== 'object' || value === null) return 'fine';
  if (types.isProxy(value)) return 'is a Proxy';
  const unsendable = UNSENDABLE.find(([, is]) => is(value));
  if (unsendable) return `is a ${unsendable[0]}`;
  const inside = types.isMap(value) || types.isSet(value) || Array.isArray(value);
  if (types.isNativeError(value) && isOwnCause(value)) return 'is an Error that is its own cause';
  if (inside || isNativeData(value)) {
    if (strictness === 'snapshot' && !BUILT_IN.has(className(value))) return lostClass(value);
    return inside || types.isNativeError(value) ? 'look-inside' : 'fine';
  }
  const prototype = Object.getPrototypeOf(value);
  // A root prototype, not `Object.prototype`: plain objects may come from another realm (vm, Jest).
  if (prototype === null || Object.getPrototypeOf(prototype) === null) return 'look-inside';
  if (strictness === 'snapshot') return lostClass(value);
  return Object.keys(value).length === 0
    ? `is an instance of ${className(value)}, which would arrive as an empty object`
    : 'look-inside';
}

const BUILT_IN = new Set(
  `Array Map Set Date RegExp Number String Boolean BigInt ArrayBuffer DataView Buffer
  Int8Array Uint8Array Uint8ClampedArray Int16Array Uint16Array Int32Array Uint32Array Float16Array Float32Array
  Float64Array BigInt64Array BigUint64Array Error EvalError RangeError ReferenceError SyntaxError TypeError URIError`.split(
    /\s+/,
  ),
);

const lostClass = (value: object) => `is an instance of ${className(value)}, which would lose its class`;

const UNSENDABLE: [name: string, is: (value: object) => boolean][] = [
  ['Promise', types.isPromise],
  // In newer Nodes (22.23, 24.21, 26.10) an error to V8, which writes it without its message.
  ['DOMException', value => value instanceof DOMException],
  ['WeakMap', types.isWeakMap],
  ['WeakSet', types.isWeakSet],
  ['WeakRef', value => value instanceof WeakRef],
  ['Generator', types.isGeneratorObject],
  ['SharedArrayBuffer', types.isSharedArrayBuffer],
  ['module namespace', types.isModuleNamespaceObject],
  ['WebAssembly.Module', value => Object.prototype.toString.call(value) === '[object WebAssembly.Module]'],
];

/** V8 writes such an error, and cannot read it again. */
function isOwnCause(error: Error): boolean {
  const seen = new Set<unknown>();
  for (let at: unknown = error; types.isNativeError(at); at = at.cause) {
    if (seen.has(at)) return true;
    seen.add(at);
  }
  return false;
}

/** Entries that an array may lack before it is taken for sparse: they take room where it arrives. */
const MOST_HOLES = 1_000_000;

const isNativeData = (value: object) =>
  types.isDate(value) ||
  types.isRegExp(value) ||
  types.isArrayBufferView(value) ||
  types.isArrayBuffer(value) ||
  types.isNativeError(value) ||
  types.isBoxedPrimitive(value);

function className(value: object): string {
  const name: unknown = (value as { constructor?: { name?: unknown } }).constructor?.name;
  return typeof name === 'string' && name !== '' ? name : 'anonymous class';
}

function addInner(place: PathNode, open: PathNode[]): Obstacle | undefined {
  const { value } = place;
  const add = (inner: unknown, key: string) => {
    if (!isSimple(inner)) open.push({ value: inner, key, above: place });
  };
  if (types.isMap(value)) {
    for (const [key, inner] of value) {
      add(key, '[key of the Map]');
      add(inner, isSimple(key) ? `.get(${JSON.stringify(String(key))})` : '[value of the Map]');
    }
  } else if (types.isNativeError(value)) {
    // All of its own fields but this one stay behind.
    if (Object.hasOwn(value, 'cause')) add(value.cause, '.cause');
  } else if (types.isSet(value)) {
    for (const inner of value) add(inner, '[entry of the Set]');
  } else {
    const keys = Object.keys(value as object);
    if (Array.isArray(value) && value.length - keys.length > MOST_HOLES) {
      return { path: render(place), problem: `is an array of length ${value.length} with ${keys.length} entries` };
    }
    for (const key of keys) {
      try {
        add((value as Record<string, unknown>)[key], keyed(value, key));
      } catch (error) {
        return {
          path: `${render(place)}${keyed(value, key)}`,
          problem: `has a getter that throws (${safeText(error)})`,
        };
      }
    }
  }
  return undefined;
}

function keyed(value: unknown, key: string): string {
  if (Array.isArray(value)) return `[${key}]`;
  return /^[\p{ID_Start}_$][\p{ID_Continue}$]*$/u.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
}

const LONGEST_PATH = 20;

function render(place: PathNode): string {
  const keys: string[] = [];
  for (let at: PathNode | undefined = place; at; at = at.above) keys.unshift(at.key);
  if (keys.length > LONGEST_PATH) keys.splice(LONGEST_PATH / 2, keys.length - LONGEST_PATH, '...');
  return keys.join('');
}
