/** Arbitrary values that v8 can clone: graphs of containers with cycles and shared parts, and leaves of every kind. */
import { types } from 'node:util';
import fc from 'fast-check';

const VIEWS = [
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
] as const;
const ERRORS = [Error, TypeError, RangeError, SyntaxError, EvalError, ReferenceError, URIError] as const;

const text = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.constantFrom('__proto__', 'constructor', 'type'));
/** May hold lone surrogates, which are legal in a string. */
const anyText = fc.oneof(
  text,
  fc.array(fc.nat(0xffff)).map(units => String.fromCharCode(...units)),
);

const view = fc
  .tuple(fc.constantFrom(...VIEWS), fc.uint8Array({ maxLength: 64 }), fc.nat(3))
  .map(([View, bytes, before]) => {
    // A view of a part of its memory.
    const size = View.BYTES_PER_ELEMENT;
    const memory = new ArrayBuffer((before + 1) * size + Math.floor(bytes.length / size) * size);
    const made = new View(memory, before * size, Math.floor(bytes.length / size));
    new Uint8Array(memory, before * size, made.byteLength).set(bytes.subarray(0, made.byteLength));
    return made;
  });

/** Values that hold no other values. Each draw makes a new one, so that none is shared by accident. */
export const leaf: fc.Arbitrary<unknown> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constantFrom(undefined, null, true, false, Number.NaN, 0, -0, '', 0n, 2 ** 31, -(2 ** 31)),
  },
  { weight: 3, arbitrary: fc.double() },
  { weight: 2, arbitrary: fc.integer() },
  { weight: 4, arbitrary: anyText },
  { weight: 2, arbitrary: fc.bigInt() },
  { weight: 1, arbitrary: fc.bigInt({ min: -(2n ** 300n), max: 2n ** 300n }) },
  { weight: 2, arbitrary: fc.date({ noInvalidDate: false }) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom('x', '', '[\\]/]+', '\\u{1f600}', '(?<a>b)\\k<a>'), fc.constantFrom('', 'g', 'dgimsuy'))
      .map(([source, flags]) => new RegExp(source, flags)),
  },
  { weight: 3, arbitrary: view },
  { weight: 1, arbitrary: fc.uint8Array().map(bytes => Buffer.from(bytes)) },
  { weight: 1, arbitrary: fc.uint8Array().map(bytes => bytes.slice().buffer) },
  { weight: 1, arbitrary: fc.uint8Array({ minLength: 4 }).map(bytes => new DataView(bytes.slice().buffer, 1, 2)) },
  {
    weight: 1,
    arbitrary: fc.oneof(fc.boolean(), fc.double(), anyText, fc.bigInt()).map(value => Object(value) as unknown),
  },
  { weight: 1, arbitrary: fc.tuple(fc.constantFrom(...ERRORS), text).map(([Type, message]) => new Type(message)) },
);

type Slot = { leaf: unknown } | { to: number };
interface Plan {
  kind: 'object' | 'array' | 'map' | 'set';
  slots: [key: Slot, name: string, value: Slot][];
}

const slot = fc.oneof(
  { weight: 3, arbitrary: leaf.map((value): Slot => ({ leaf: value })) },
  { weight: 2, arbitrary: fc.nat(7).map((to): Slot => ({ to })) },
);
const plan: fc.Arbitrary<Plan> = fc.record({
  kind: fc.constantFrom('object', 'array', 'map', 'set'),
  slots: fc.array(fc.tuple(slot, anyText, slot), { maxLength: 6 }),
});

/** Any value that can be sent. */
export const cloneable: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 1, arbitrary: leaf },
  { weight: 3, arbitrary: fc.array(plan, { minLength: 1, maxLength: 8 }).map(build) },
);

function build(plans: Plan[]): unknown {
  const made = plans.map(({ kind }) => ({ object: {}, array: [] as unknown[], map: new Map(), set: new Set() })[kind]);
  const contentOf = (from: Slot) => ('leaf' in from ? from.leaf : made[from.to % made.length]);
  for (const [index, { slots }] of plans.entries()) {
    const container = made[index];
    for (const [key, name, value] of slots) {
      if (container instanceof Map) container.set(contentOf(key), contentOf(value));
      else if (container instanceof Set) container.add(contentOf(value));
      else if (!Array.isArray(container)) define(container as object, name, contentOf(value));
      // Arrays get holes and other fields, too.
      else if (name.startsWith('_')) define(container, name, contentOf(value));
      else container[container.length + (name.length % 3)] = contentOf(value);
    }
  }
  return made[0];
}

const define = (target: object, key: string, value: unknown) =>
  Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true });

/** The path where two values differ, or undefined if they are equal in class, content, order and sharing. */
export function difference(
  left: unknown,
  right: unknown,
  path = '$',
  twins = new Map<unknown, unknown>(),
): string | undefined {
  if (typeof left !== 'object' || left === null) return Object.is(left, right) ? undefined : path;
  if (typeof right !== 'object' || right === null) return path;
  if (twins.has(left)) return twins.get(left) === right ? undefined : `${path} (shared)`;
  twins.set(left, right);
  if (Object.getPrototypeOf(left) !== Object.getPrototypeOf(right)) return `${path} (class)`;
  const inner = (a: unknown[], b: unknown[], name: string) => {
    if (a.length !== b.length) return `${path}.${name}.length`;
    for (const [index, each] of a.entries()) {
      const found = difference(each, b[index], `${path}.${name}[${index}]`, twins);
      if (found) return found;
    }
    return undefined;
  };
  if (ArrayBuffer.isView(left)) return bytesOf(left).equals(bytesOf(right as DataView)) ? undefined : path;
  if (types.isArrayBuffer(left)) return Buffer.from(left).equals(Buffer.from(right as ArrayBuffer)) ? undefined : path;
  if (types.isDate(left)) return difference(left.getTime(), (right as Date).getTime(), path, twins);
  if (types.isRegExp(left)) return String(left) === String(right) ? undefined : path;
  if (types.isBoxedPrimitive(left)) return difference(left.valueOf(), right.valueOf(), path, twins);
  if (types.isMap(left)) return inner([...left].flat(), [...(right as Map<unknown, unknown>)].flat(), 'entries');
  if (types.isSet(left)) return inner([...left], [...(right as Set<unknown>)], 'entries');
  if (types.isNativeError(left)) {
    const partsOf = ({ name, message, stack }: Error) => [name, message, stack];
    return inner(partsOf(left), partsOf(right as Error), 'error');
  }
  if (Array.isArray(left) && left.length !== (right as unknown[]).length) return `${path}.length`;
  return (
    inner(Object.keys(left), Object.keys(right), 'keys') ?? inner(Object.values(left), Object.values(right), 'values')
  );
}

const bytesOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView) => Buffer.from(buffer, byteOffset, byteLength);
