/** findObstacle: finds the part of a value that cannot be sent to another process. */
import { createSecretKey } from 'node:crypto';
import { createServer } from 'node:net';
import { Readable } from 'node:stream';
import vm from 'node:vm';
import { expect } from 'chai';
import type { Strictness } from '../../src/protocol/classify';
import { findObstacle } from '../../src/protocol/crossing';

class Point {
  x = 1;
}
class Empty {}
class OwnMap extends Map {}
class OwnError extends Error {}
const generator = (function* () {})();
const asyncGenerator = (async function* () {})();
// As source text, since the types of Node do not declare WebAssembly.
const wasm = vm.runInThisContext('new WebAssembly.Module(new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]))');
const throwing = (): never => {
  throw new Error('a trap');
};

/** Why `value` cannot be sent. It is inspected as the field `root.here`. */
const problemOf = (value: unknown, strictness: Strictness) => {
  const obstacle = findObstacle({ here: value }, 'root', strictness);
  if (obstacle) expect(obstacle.path).to.match(/^root\.here\b/);
  return obstacle?.problem;
};

describe('findObstacle', () => {
  describe('what cannot be sent, in a message or a snapshot', () => {
    const table: [what: string, value: unknown, problem: RegExp][] = [
      ['a function', () => {}, /^is a function$/],
      ['a method', { run() {} }.run, /^is a function$/],
      ['a class', Point, /^is a class$/],
      ['a symbol', Symbol('odd'), /^is a symbol$/],
      ['a Proxy', new Proxy({}, {}), /^is a Proxy$/],
      ['a Proxy of a function', new Proxy(() => {}, {}), /^is a (Proxy|function)$/],
      ['a Promise', Promise.resolve(1), /^is a Promise$/],
      ['a WeakMap', new WeakMap(), /^is a WeakMap$/],
      ['a WeakSet', new WeakSet(), /^is a WeakSet$/],
      ['a WeakRef', new WeakRef({}), /^is a WeakRef$/],
      ['a SharedArrayBuffer', new SharedArrayBuffer(1), /^is a SharedArrayBuffer$/],
      [
        'a view of a SharedArrayBuffer',
        new Uint16Array(new SharedArrayBuffer(8), 2),
        /^is a view of a SharedArrayBuffer$/,
      ],
      ['a Buffer of shared memory', Buffer.from(new SharedArrayBuffer(1)), /^is a view of a SharedArrayBuffer$/],
      ['a generator', generator, /Generator$/],
      ['an async generator', asyncGenerator, /Generator$/],
      ['a WebAssembly module', wasm, /^is a WebAssembly\.Module$/],
      ['a URL', new URL('http://localhost/'), /^is an instance of URL, which would/],
      ['a Blob', new Blob(['x']), /^is an instance of Blob, which would/],
      ['Headers', new Headers(), /^is an instance of Headers, which would/],
      ['an AbortSignal', new AbortController().signal, /^is an instance of AbortSignal, which would/],
      ['a KeyObject', createSecretKey(Buffer.from('secret')), /^is an instance of \w*KeyObject, which would/],
      ['a MessageChannel', new MessageChannel(), /./],
      ['a map iterator', new Map().entries(), /which would/],
      ['an Intl.NumberFormat', new Intl.NumberFormat(), /^is an instance of NumberFormat, which would/],
      ['a DOMException', new DOMException('x'), /^is a DOMException$/],
      ['an instance without fields', new Empty(), /^is an instance of Empty, which would/],
      ['a stream', Readable.from([]), /./],
      ['a server', createServer(), /./],
    ];
    for (const [what, value, problem] of table) {
      it(what, () => {
        expect(problemOf(value, 'message')).to.match(problem);
        expect(problemOf(value, 'snapshot')).to.match(problem);
      });
    }

    it('a getter that throws', () => {
      const value = {
        list: [
          {
            get bad() {
              return throwing();
            },
          },
        ],
      };
      for (const strictness of ['message', 'snapshot'] as const) {
        expect(findObstacle(value, 'root', strictness)).to.deep.equal({
          path: 'root.list[0].bad',
          problem: 'has a getter that throws (Error: a trap)',
        });
      }
    });
  });

  describe('what can be sent in a message, but not in a snapshot', () => {
    const table: [what: string, value: unknown, problem: string][] = [
      ['an instance of a class', new Point(), 'is an instance of Point, which would lose its class'],
      ['an instance of a subclass of Map', new OwnMap(), 'is an instance of OwnMap, which would lose its class'],
      [
        'an instance of a class without a name',
        new (class {
          x = 1;
        })(),
        'is an instance of anonymous class, which would lose its class',
      ],
    ];
    for (const [what, value, problem] of table) {
      it(what, () => {
        expect(problemOf(value, 'message')).to.equal(undefined);
        expect(problemOf(value, 'snapshot')).to.equal(problem);
      });
    }

    it('is inspected in depth nevertheless', () => {
      const value = Object.assign(new Point(), { onDone: () => {} });
      expect(findObstacle(value, 'message', 'message')?.path).to.equal('message.onDone');
    });
  });

  describe('what can be sent', () => {
    const table: [what: string, value: unknown][] = [
      ...[undefined, null, '', 0, -0, NaN, 0n, true].map((value): [string, unknown] => [String(value), value]),
      ['a plain object', { a: [{ b: 1 }] }],
      ['an object without a prototype', Object.create(null)],
      ['an empty array', []],
      ['a Map', new Map([[{ a: 1 }, new Set([1])]])],
      ['a Date', new Date()],
      ['a RegExp', /a/],
      ['a boxed string', Object('text')],
      ['an Error', new TypeError('x', { cause: new Error('y') })],
      ['an Error of a class of its own', new OwnError()],
      ['a Buffer', Buffer.from('x')],
      ['a typed array', new BigUint64Array(1)],
      ['an ArrayBuffer', new ArrayBuffer(1)],
      ['a DataView', new DataView(new ArrayBuffer(1))],
      ['a plain object of another realm', vm.runInNewContext('({ a: [1, { b: new Map() }] })')],
      ['an own field named __proto__', JSON.parse('{ "__proto__": { "a": 1 } }')],
    ];
    for (const [what, value] of table) {
      it(what, () => {
        expect(problemOf(value, 'message')).to.equal(undefined);
        expect(problemOf(value, 'snapshot')).to.equal(undefined);
      });
    }

    it('a cycle', () => {
      const value: Record<string, unknown> = { map: new Map() };
      (value['map'] as Map<unknown, unknown>).set(value, value);
      expect(findObstacle(value, 'root', 'snapshot')).to.equal(undefined);
    });

    it('an object whose fields that are not enumerable cannot be sent', () => {
      const value = Object.defineProperty({}, 'hidden', { value: () => {}, enumerable: false });
      expect(findObstacle({ value, [Symbol('key')]: () => {} }, 'root', 'message')).to.equal(undefined);
    });
  });

  describe('the path is an expression', () => {
    const bad = () => {};
    const table: [path: string, value: unknown][] = [
      ['root', bad],
      ['root.options.onDone', { options: { onDone: bad } }],
      ['root.list[1]', { list: [0, bad] }],
      ['root[2][0]', [0, 0, [bad]]],
      ['root["a b"]', { 'a b': bad }],
      ['root["1"].$ok._x.ä', { 1: { $ok: { _x: { ä: bad } } } }],
      ['root["say \\"hi\\""]', { 'say "hi"': bad }],
      ['root.map.get("key").on', { map: new Map([['key', { on: bad }]]) }],
      ['root[key of the Map]', new Map([[bad, 1]])],
      ['root[value of the Map]', new Map([[{}, bad]])],
      ['root[entry of the Set].on', new Set([{ on: bad }])],
    ];
    for (const [path, value] of table) {
      it(path, () => {
        expect(findObstacle(value, 'root', 'message')).to.deep.equal({ path, problem: 'is a function' });
      });
    }

    it('is shortened in the middle if it is very long', () => {
      let value: unknown = bad;
      for (let depth = 0; depth < 900; depth++) value = { inner: value };
      const path = findObstacle(value, 'root', 'message')?.path;
      expect(path)
        .to.match(/^root\.inner.*\.\.\..*\.inner$/)
        .and.to.have.length.below(200);
    });
  });

  it('inspects very many values', () => {
    const list = Array.from({ length: 100_000 }, (_, index) => ({ index }));
    expect(findObstacle(list, 'root', 'snapshot')).to.equal(undefined);
  });

  describe('never throws, even if reading the value does', () => {
    const table: [what: string, value: unknown][] = [
      ['a constructor that throws', Object.defineProperty([], 'constructor', { get: throwing })],
      [
        'a class whose constructor throws',
        Object.create({
          get constructor() {
            return throwing();
          },
        }),
      ],
      [
        'a tag that throws',
        {
          get [Symbol.toStringTag]() {
            return throwing();
          },
        },
      ],
      ['a function whose text throws', Object.assign(() => {}, { toString: throwing })],
      [
        'a getter that throws a value that cannot be converted to text',
        {
          get bad() {
            throw { toString: throwing };
          },
        },
      ],
    ];
    for (const [what, value] of table) {
      it(what, () => {
        for (const strictness of ['message', 'snapshot'] as const) {
          expect(() => findObstacle(value, 'root', strictness)).not.to.throw();
        }
      });
    }
  });
});
