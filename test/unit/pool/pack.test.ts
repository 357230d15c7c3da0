/** Whether the values of a message are plain data, and which format they need. */
import { expect } from 'chai';
import { copyForMessage } from '../../../src/pool/wire/copy-value';
import { isWorthFile, packValues, withPacked } from '../../../src/pool/wire/pack';
import { PlainData } from '../../../src/protocol/plain-data';

const pack = (...values: unknown[]) => packValues(values.map(copyForMessage));
const formatOf = (...values: unknown[]) => {
  const { plain } = pack(...values);
  if (!plain) return 'not plain';
  return plain.exact ? 'JSON' : 'v8';
};

describe('the values of a message', () => {
  const formats: [what: string, format: string, ...values: unknown[]][] = [
    ['primitive values', 'JSON', 1, 'two', true, null],
    ['objects', 'JSON', { a: 1 }, [2]],
    ['objects and primitive values', 'JSON', { a: 1 }, 2],
    ['no values', 'JSON'],
    ['undefined', 'v8', undefined],
    ['a number that JSON changes', 'v8', 1, -0],
    ['a bigint', 'v8', 1n],
    ['a number that JSON changes, beside an object', 'v8', Number.NaN, { a: 1 }],
    ['a long text', 'v8', 'x'.repeat(5_000)],
    ['bytes', 'not plain', 1, new Uint8Array(1)],
    ['a Map beside an object', 'not plain', new Map(), { a: 1 }],
    ['a function', 'not plain', () => {}],
    ['a symbol', 'not plain', Symbol('s')],
  ];
  for (const [what, format, ...values] of formats) {
    it(`${what}: ${format}`, () => expect(formatOf(...values)).to.equal(format));
  }

  it('are those that were copied', () => {
    const value = { a: [1, 'b'] };
    expect(pack(value, 2, undefined).values).to.deep.equal([value, 2, undefined]);
    expect(pack(value, new Map()).values).to.deep.equal([value, new Map()]);
  });

  it('are sent without another look at them if they are plain', () => {
    const message = { type: 'items' };
    expect(withPacked(message, pack(1, 2))).to.be.instanceOf(PlainData);
    expect(withPacked(message, pack(1, new Map()))).to.equal(message);
  });

  it('lie in the file if they are large together; short texts never do', () => {
    const texts = (length: number) => Array.from({ length: 100 }, () => 'x'.repeat(length));
    expect(isWorthFile(pack(...texts(2_000)))).to.equal(true);
    expect(isWorthFile(pack(...texts(1_000)))).to.equal(false);
    expect(isWorthFile(pack(...texts(10)))).to.equal(false);
  });
});
