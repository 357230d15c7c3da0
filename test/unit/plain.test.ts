/** PlainCopier: which values are plain data, and which of these JSON returns exactly. */
import { expect } from 'chai';
import { NOT_PLAIN, PlainCopier } from '../../src/protocol/plain';

const copyOf = (value: unknown) => {
  const copier = new PlainCopier();
  return { copy: copier.copy(value), exact: copier.exact, size: copier.size };
};

class Point {
  x = 1;
}

describe('PlainCopier', () => {
  const exact: [what: string, value: unknown][] = [
    ['a string', 'ä\u{1f600}\ud800'],
    ['a number', -1.5e-7],
    ['null', null],
    ['an array', [1, [true, 'x'], []]],
    ['an object', { a: { b: [{ c: null }] }, '': 0 }],
    ['a field named __proto__', JSON.parse('{ "__proto__": { "a": 1 } }')],
    ['an object without a prototype', Object.assign(Object.create(null), { a: 1 })],
  ];
  for (const [what, value] of exact) {
    it(`copies ${what}, which JSON returns exactly`, () => {
      const { copy, exact } = copyOf(value);
      expect(copy).to.deep.equal(value);
      expect(exact).to.equal(true);
      expect(JSON.stringify(JSON.parse(JSON.stringify(copy)))).to.equal(JSON.stringify(value));
    });
  }

  const inexact: [what: string, value: unknown][] = [
    ['undefined', { a: undefined }],
    ['NaN', [Number.NaN]],
    ['Infinity', Number.POSITIVE_INFINITY],
    ['-0', { a: -0 }],
    ['a bigint', 1n],
    ['a string that v8 serializes faster', 'x'.repeat(10_000)],
  ];
  for (const [what, value] of inexact) {
    it(`copies ${what}, to be serialized by v8`, () => {
      const { copy, exact } = copyOf(value);
      expect(copy).to.deep.equal(value);
      expect(exact).to.equal(false);
    });
  }

  const twice = {};
  const cycle: Record<string, unknown> = {};
  cycle['self'] = cycle;
  const others: [what: string, value: unknown][] = [
    ['a function', () => {}],
    ['a symbol', { a: Symbol('s') }],
    ['a Map', [new Map()]],
    ['a Date', new Date(0)],
    ['an Error', new Error('x')],
    ['an Error whose prototype hides that it is one', Object.setPrototypeOf(new Error('x'), null)],
    ['an Error with the prototype of a plain object', Object.setPrototypeOf(new Error('x'), Object.prototype)],
    ['a typed array', { bytes: new Uint8Array(2) }],
    ['a Buffer', Buffer.from('x')],
    ['an instance of a class', new Point()],
    ['a Proxy', new Proxy({}, {})],
    ['a Proxy of an array', { list: new Proxy([], {}) }],
    ['an array with holes', Object.assign([1], { 2: 3 })],
    ['an array with other fields', Object.assign([1], { more: true })],
    ['an array with as many holes as other fields', Object.assign([], { 1: 1, more: true })],
    ['an object that is referenced twice', [twice, twice]],
    ['a cycle', cycle],
    ['a long array', Array.from({ length: 5_000 }, (_, at) => at)],
    ['many objects', Array.from({ length: 100 }, () => ({}))],
    [
      'a getter that throws',
      {
        get a() {
          throw new Error('no');
        },
      },
    ],
  ];
  for (const [what, value] of others) {
    it(`does not copy ${what}`, () => expect(copyOf(value).copy).to.equal(NOT_PLAIN));
  }

  it('does not copy a module', async () => expect(copyOf(await import('node:os')).copy).to.equal(NOT_PLAIN));

  it('copies the same object again as a part of another value', () => {
    const copier = new PlainCopier();
    const shared = { a: [1] };
    for (let at = 0; at < 50; at++) expect(copier.copy({ at, shared })).to.deep.equal({ at, shared });
    expect(copier.copy([shared, shared])).to.equal(NOT_PLAIN);
    expect(copier.copy([shared])).to.deep.equal([shared]);
  });

  it('copies the present value, which may change later', () => {
    const value = { list: [1], inner: { a: 1 } };
    const { copy } = copyOf(value);
    value.list.push(2);
    value.inner.a = 2;
    expect(copy).to.deep.equal({ list: [1], inner: { a: 1 } });
  });

  it('estimates the size of the copies since the last reset', () => {
    const copier = new PlainCopier();
    copier.copy('x'.repeat(1_000));
    copier.copy({ key: 'y'.repeat(500) });
    expect(copier.size).to.be.within(1_500, 1_600);
    copier.reset();
    expect(copier).to.include({ size: 0, exact: true });
  });
});
