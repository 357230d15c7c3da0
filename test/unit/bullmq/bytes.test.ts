/** Lists of values as they travel over a queue. */
import { expect } from 'chai';
import { decodeList, encodeList, encodeWords, fromText, toText } from '../../../src/bullmq/wire/bytes';
import type { Word } from '../../../src/bullmq/wire/words';

describe('values over a queue', () => {
  const hidden = Object.defineProperty({ a: 1 }, 'toJSON', { value: () => 'X' });
  const getter = () => {
    let reads = 0;
    return Object.defineProperty({}, 'a', { enumerable: true, get: () => (reads++ === 0 ? 'first' : new Date(0)) });
  };

  it('are JSON if that gives the same values', () => {
    for (const value of ['text', '', 1, true, null, { a: [1, { b: 'c' }] }, [], {}]) {
      expect(encodeList([value])).to.be.a('string');
      expect(decodeList(encodeList([value]))).to.deep.equal([value]);
    }
  });

  for (const [what, value] of Object.entries({
    undefined,
    'a minus zero': -0,
    NaN: Number.NaN,
    'a bigint': 1n,
    'a Date': { at: new Date(0) },
    'a Map': new Map([[1, 2]]),
    bytes: new Uint8Array([0x5b, 1, 2]),
    'an error': new RangeError('x'),
    'a field that is undefined': { a: undefined },
  })) {
    it(`arrive unchanged: ${what}`, () => {
      const [arrived] = decodeList(fromText(toText(encodeList([value]))));
      expect(arrived).to.deep.equal(value);
      expect(Object.is(arrived, -0)).to.equal(Object.is(value, -0));
      const word: Word = [1, 0, 0, 'only', value, 0];
      expect((decodeList(encodeWords([word]))[0] as Word)[4]).to.deep.equal(value);
    });
  }

  it('are what they were when they were copied: no toJSON() is called, and no getter is read again', () => {
    expect(decodeList(encodeList([hidden]))).to.deep.equal([{ a: 1 }]);
    expect(decodeList(encodeList([getter()]))).to.deep.equal([{ a: 'first' }]);
    const words = decodeList(encodeWords([[7, 1, 2, 'output', hidden, 3]]));
    expect(words).to.deep.equal([[7, 1, 2, 'output', { a: 1 }, 3]]);
  });
});
