/** A line, against an array that does the same. */
import { expect } from 'chai';
import fc from 'fast-check';
import { Line } from '../../../dist/pool/line.js';

describe('a line', () => {
  it('gives first what came first', () => {
    const line = new Line<number>();
    expect([line.length, line.first, line.shift()]).to.deep.equal([0, undefined, undefined]);
    for (const item of [1, 2, 3]) line.push(item);
    expect([line.length, line.first, line.shift(), line.shift(), line.shift(), line.length]).to.deep.equal([
      3, 1, 1, 2, 3, 0,
    ]);
  });

  it('does what an array does, whatever is asked of it', () => {
    const step = fc.oneof(
      fc.record({ type: fc.constant('push' as const), count: fc.nat(3_000) }),
      fc.record({ type: fc.constant('shift' as const), count: fc.nat(3_000) }),
      fc.record({ type: fc.constant('putBack' as const), count: fc.nat(5) }),
      fc.record({ type: fc.constant('remove' as const), count: fc.integer({ min: 2, max: 5 }) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 20 }), steps => {
        const line = new Line<number>();
        let twin: number[] = [];
        let next = 0;
        for (const { type, count } of steps) {
          const fresh = Array.from({ length: count }, () => next++);
          if (type === 'push') {
            for (const item of fresh) line.push(item);
            twin.push(...fresh);
          } else if (type === 'shift') {
            for (let at = 0; at < count; at++) expect(line.shift()).to.equal(twin.shift());
          } else if (type === 'putBack') {
            line.putBack(fresh);
            twin.unshift(...fresh);
          } else {
            expect(line.remove(item => item % count === 0)).to.deep.equal(twin.filter(item => item % count === 0));
            twin = twin.filter(item => item % count !== 0);
          }
          expect([line.length, line.first]).to.deep.equal([twin.length, twin[0]]);
        }
      }),
      { numRuns: 50 },
    );
  });
});
