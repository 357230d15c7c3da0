/** The bytes of plain values in the shared file, whose long texts lie beside the JSON. */
import { serialize } from 'node:v8';
import { expect } from 'chai';
import fc from 'fast-check';
import { decodeTexts, encodeTexts, isOfTexts } from '../../../src/pool/wire/text-codec';

const sizeOf = (values: unknown[]) => Math.max(1, JSON.stringify(values).length);
const sent = (values: unknown[]) => decodeTexts(Buffer.from(encodeTexts(values, sizeOf(values))));

const LONG = 'x'.repeat(300);

describe('values whose long texts lie beside the JSON', () => {
  const cases: [what: string, values: unknown[]][] = [
    ['nothing', []],
    ['short values', [1, 'a', null, true, { a: [1, 'ä€'] }]],
    ['a long text itself', [LONG, 'short', 'y'.repeat(70_000)]],
    ['long texts in lists and objects', [{ a: LONG, b: [1, [LONG, { '': LONG }]] }, [[LONG]]]],
    ['characters of two bytes', ['€'.repeat(500), { note: `${LONG}\u0100` }]],
    ['characters of Latin-1', ['é'.repeat(500), 'ÿ']],
    ['halves of characters', ['\ud800'.repeat(300), `${LONG}\udc00`]],
    ['a field named __proto__', [JSON.parse(`{ "__proto__": { "__proto__": "${LONG}" } }`)]],
    ['a field named length', [[{ length: LONG }]]],
    ['many values', Array.from({ length: 5_000 }, (_, id) => ({ id, note: id % 3 === 0 ? LONG + id : 'short' }))],
  ];
  for (const [what, values] of cases) {
    it(`arrive as they were: ${what}`, () => {
      const before = JSON.stringify(values);
      expect(JSON.stringify(sent(values))).to.equal(before);
      // They may have to be sent again.
      expect(JSON.stringify(values)).to.equal(before);
    });
  }

  it('arrive as they were, whatever they are', () => {
    const text = fc.oneof(
      fc.string({ maxLength: 8 }),
      fc.string({ minLength: 250, maxLength: 600, unit: 'binary' }),
      fc.string({ minLength: 250, maxLength: 600, unit: 'grapheme' }),
      fc.constantFrom(LONG, 'é'.repeat(256), 'z'.repeat(255)),
    );
    const { value } = fc.letrec(tie => ({
      value: fc.oneof(
        { maxDepth: 3 },
        text,
        fc.integer(),
        fc.constant(null),
        fc.array(tie('value'), { maxLength: 4 }),
        fc.dictionary(text, tie('value'), { maxKeys: 4 }),
      ),
    }));
    fc.assert(
      fc.property(fc.array(value, { maxLength: 20 }), values => {
        expect(JSON.stringify(sent(values))).to.equal(JSON.stringify(values));
      }),
    );
  });

  it('keep the order of the fields', () => {
    expect(Object.keys(sent([{ b: LONG, a: 1, c: LONG }])[0] as object)).to.deep.equal(['b', 'a', 'c']);
  });

  it('begin unlike those of v8', () => {
    expect(isOfTexts(encodeTexts([1], 1))).to.equal(true);
    expect(isOfTexts(serialize([1]))).to.equal(false);
  });

  it('are refused if a text has no place of its own', () => {
    for (const path of ['["__proto__","polluted"]', '[0,"constructor"]', '[7]', '[0,"taken"]']) {
      const json = `[[{"taken":1}],[[${path},3,false]]]`;
      const bytes = Buffer.concat([Buffer.alloc(9), Buffer.from(`${json}abc`)]);
      bytes.writeUInt32LE(json.length, 1);
      expect(() => decodeTexts(bytes)).to.throw('a long text without its place');
    }
    expect(({} as { polluted?: unknown }).polluted).to.equal(undefined);
  });

  it('are refused if they are cut off', () => {
    const bytes = Buffer.from(encodeTexts([LONG], 300));
    expect(() => decodeTexts(bytes.subarray(0, 20))).to.throw();
    expect(() => decodeTexts(bytes.subarray(0, bytes.length - 1))).to.throw('cut off');
  });
});
