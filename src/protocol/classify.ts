/** Both sides: whether one value can be sent to another process, whatever its parts are. */
import { types } from 'node:util';
import { safeText } from '../util/safely';
import { isIterable, isSharedView, isStream } from '../util/value-kinds';

/**
 * `message` refuses what cannot be serialized, and what would arrive as an empty object.
 * `snapshot` also refuses instances of classes, which would arrive as plain objects.
 */
export type Strictness = 'message' | 'snapshot';

export interface Problem {
  /** Why it cannot be sent: `is a function`. */
  problem: string;
  /** What to do instead, if it is not simply to send plain data. */
  advice?: string;
}

export type Verdict = 'fine' | 'look-inside' | Problem;

export function isSimple(value: unknown): boolean {
  return value === null || (typeof value !== 'object' && typeof value !== 'function' && typeof value !== 'symbol');
}

/** Reading a value may run the user's getters or a Proxy's traps, and these may throw. */
export function classifySafely(value: unknown, strictness: Strictness): Verdict {
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
  // First, since an array is nothing else, and arrays are many.
  if (Array.isArray(value)) return classifyContainer(value, strictness);
  const unsendable = UNSENDABLE.find(([, is]) => is(value));
  if (unsendable) return { problem: `is a ${unsendable[0]}` };
  // An error of a class of the user's keeps its name and its fields.
  if (types.isNativeError(value)) return 'look-inside';
  if (types.isMap(value) || types.isSet(value)) return classifyContainer(value, strictness);
  if (isSharedView(value)) return SHARED_VIEW;
  if (isNativeData(value)) {
    return strictness === 'snapshot' && !BUILT_IN.has(className(value)) ? losesClass(value) : 'fine';
  }
  const prototype = Object.getPrototypeOf(value);
  // A root prototype, not `Object.prototype`: plain objects may come from another realm (vm, Jest).
  if (prototype === null || Object.getPrototypeOf(prototype) === null) {
    return Object.keys(value).length === 0 && (isStream(value) || isIterable(value)) ? EMPTY_ITERABLE : 'look-inside';
  }
  if (strictness === 'snapshot') return losesClass(value);
  if (Object.keys(value).length > 0) return 'look-inside';
  return { problem: `is an instance of ${className(value)}, which would arrive as an empty object` };
}

const classifyContainer = (value: object, strictness: Strictness): Verdict =>
  strictness === 'snapshot' && !BUILT_IN.has(className(value)) ? losesClass(value) : 'look-inside';

const BUILT_IN = new Set(
  `Array Map Set Date RegExp Number String Boolean BigInt ArrayBuffer DataView Buffer
  Int8Array Uint8Array Uint8ClampedArray Int16Array Uint16Array Int32Array Uint32Array Float16Array Float32Array
  Float64Array BigInt64Array BigUint64Array`.split(/\s+/),
);

/** V8 copies the bytes without an error. What one side writes there later, the other never sees. */
const SHARED_VIEW: Problem = {
  problem: 'is a view of a SharedArrayBuffer',
  advice: 'processes share no memory, so send a copy, such as new Uint8Array(view)',
};

const EMPTY_ITERABLE: Problem = {
  problem: 'is an iterable or an Observable, which would arrive as an empty object',
  advice: 'return it from run() or work() itself, or send the values that it gives',
};

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

const isNativeData = (value: object) =>
  types.isDate(value) ||
  types.isRegExp(value) ||
  types.isArrayBufferView(value) ||
  types.isArrayBuffer(value) ||
  types.isBoxedPrimitive(value);

function className(value: object): string {
  const name: unknown = (value as { constructor?: { name?: unknown } }).constructor?.name;
  return typeof name === 'string' && name !== '' ? name : 'anonymous class';
}
