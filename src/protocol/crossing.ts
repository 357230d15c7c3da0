/** Both sides: finds the part of a value that cannot be sent to another process. */
import { types } from 'node:util';
import { safeText } from '../util/safely';

export interface Obstacle {
  /** Where it is, as an expression: `this.options.onDone`. */
  path: string;
  /** Why it cannot be sent: `is a function`. */
  problem: string;
}

/**
 * `message` refuses what cannot be serialized, and what would arrive as an empty object.
 * `snapshot` also refuses instances of classes, which would arrive as plain objects.
 */
export type Strictness = 'message' | 'snapshot';

/** A value inside the inspected value. */
interface PathNode {
  value: unknown;
  /** Its part of the path: `.options` or `[3]`. */
  key: string;
  parent: PathNode | undefined;
}

type Verdict = 'fine' | 'look-inside' | { problem: string };

/** Returns an obstacle in `value`, or undefined if all of it can be sent. `root` is the first part of the path. */
export function findObstacle(value: unknown, root: string, strictness: Strictness): Obstacle | undefined {
  if (isSimple(value)) return undefined;
  const seen = new Set<unknown>();
  // A stack of our own instead of recursion: a value may be nested deeper than the call stack.
  const open: PathNode[] = [{ value, key: root, parent: undefined }];
  for (let node = open.pop(); node; node = open.pop()) {
    if (seen.has(node.value)) continue;
    const verdict = classifySafely(node.value, strictness);
    if (typeof verdict === 'object') return { path: pathOf(node), ...verdict };
    if (isSimple(node.value)) continue;
    seen.add(node.value);
    if (verdict === 'fine') continue;
    const obstacle = openParts(node, open);
    if (obstacle) return obstacle;
  }
  return undefined;
}

function isSimple(value: unknown): boolean {
  return value === null || (typeof value !== 'object' && typeof value !== 'function' && typeof value !== 'symbol');
}

/** Reading a value may run the user's getters or a Proxy's traps, and these may throw. */
function classifySafely(value: unknown, strictness: Strictness): Verdict {
  try {
    return classify(value, strictness);
  } catch (error) {
    return { problem: `throws when it is read (${safeText(error)})` };
  }
}

function classify(value: unknown, strictness: Strictness): Verdict {
  if (typeof value === 'function') return { problem: /^class\b/.test(String(value)) ? 'is a class' : 'is a function' };
  if (typeof value === 'symbol') return { problem: 'is a symbol' };
  if (typeof value !== 'object' || value === null) return 'fine';
  if (types.isProxy(value)) return { problem: 'is a Proxy' };
  const unsendable = UNSENDABLE.find(([, is]) => is(value));
  if (unsendable) return { problem: `is a ${unsendable[0]}` };
  if (types.isNativeError(value) && isOwnCause(value)) return { problem: 'is an Error that is its own cause' };
  const isContainer = types.isMap(value) || types.isSet(value) || Array.isArray(value);
  if (isContainer || isNativeData(value)) {
    if (strictness === 'snapshot' && !BUILT_IN.has(className(value))) return losesClass(value);
    return isContainer || types.isNativeError(value) ? 'look-inside' : 'fine';
  }
  const prototype = Object.getPrototypeOf(value);
  // A root prototype, not `Object.prototype`: plain objects may come from another realm (vm, Jest).
  if (prototype === null || Object.getPrototypeOf(prototype) === null) return 'look-inside';
  if (strictness === 'snapshot') return losesClass(value);
  if (Object.keys(value).length > 0) return 'look-inside';
  return { problem: `is an instance of ${className(value)}, which would arrive as an empty object` };
}

const BUILT_IN = new Set(
  `Array Map Set Date RegExp Number String Boolean BigInt ArrayBuffer DataView Buffer
  Int8Array Uint8Array Uint8ClampedArray Int16Array Uint16Array Int32Array Uint32Array Float16Array Float32Array
  Float64Array BigInt64Array BigUint64Array Error EvalError RangeError ReferenceError SyntaxError TypeError
  URIError`.split(/\s+/),
);

const losesClass = (value: object) => ({
  problem: `is an instance of ${className(value)}, which would lose its class`,
});

const UNSENDABLE: [name: string, is: (value: object) => boolean][] = [
  ['Promise', types.isPromise],
  // Newer Nodes (22.23, 24.21, 26.10) serialize it as an Error without its message.
  ['DOMException', value => value instanceof DOMException],
  ['WeakMap', types.isWeakMap],
  ['WeakSet', types.isWeakSet],
  ['WeakRef', value => value instanceof WeakRef],
  ['Generator', types.isGeneratorObject],
  ['SharedArrayBuffer', types.isSharedArrayBuffer],
  ['module namespace', types.isModuleNamespaceObject],
  ['WebAssembly.Module', value => Object.prototype.toString.call(value) === '[object WebAssembly.Module]'],
];

/** V8 serializes an error that is its own cause, but cannot deserialize it. */
function isOwnCause(error: Error): boolean {
  const seen = new Set<unknown>();
  for (let at: unknown = error; types.isNativeError(at); at = at.cause) {
    if (seen.has(at)) return true;
    seen.add(at);
  }
  return false;
}

/** Holes that an array may have. Holes take memory in the process that receives the array. */
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

/** Adds the parts of a value to `open`. Returns an obstacle if a part cannot be read. */
function openParts(node: PathNode, open: PathNode[]): Obstacle | undefined {
  const { value } = node;
  const add = (part: unknown, key: string) => {
    if (!isSimple(part)) open.push({ value: part, key, parent: node });
  };
  if (types.isMap(value)) {
    for (const [key, entry] of value) {
      add(key, '[key of the Map]');
      add(entry, isSimple(key) ? `.get(${JSON.stringify(String(key))})` : '[value of the Map]');
    }
  } else if (types.isNativeError(value)) {
    // V8 serializes the message, stack and cause of an Error, and none of its other fields.
    if (Object.hasOwn(value, 'cause')) add(value.cause, '.cause');
  } else if (types.isSet(value)) {
    for (const entry of value) add(entry, '[entry of the Set]');
  } else {
    const keys = Object.keys(value as object);
    if (Array.isArray(value) && value.length - keys.length > MOST_HOLES) {
      return { path: pathOf(node), problem: `is an array of length ${value.length} with ${keys.length} entries` };
    }
    for (const key of keys) {
      try {
        add((value as Record<string, unknown>)[key], accessOf(value, key));
      } catch (error) {
        return {
          path: `${pathOf(node)}${accessOf(value, key)}`,
          problem: `has a getter that throws (${safeText(error)})`,
        };
      }
    }
  }
  return undefined;
}

/** How code accesses the field `key`: `.name`, `[3]` or `["a b"]`. */
function accessOf(value: unknown, key: string): string {
  if (Array.isArray(value)) return `[${key}]`;
  return /^[\p{ID_Start}_$][\p{ID_Continue}$]*$/u.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
}

/** Parts of a path. A longer path is shortened in the middle. */
const LONGEST_PATH = 20;

function pathOf(node: PathNode): string {
  const keys: string[] = [];
  for (let at: PathNode | undefined = node; at; at = at.parent) keys.unshift(at.key);
  if (keys.length > LONGEST_PATH) keys.splice(LONGEST_PATH / 2, keys.length - LONGEST_PATH, '...');
  return keys.join('');
}
