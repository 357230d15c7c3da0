/** Fifo: first in, first out. */
import { expect } from 'chai';
import fc from 'fast-check';
import { Fifo } from '../../src/util/fifo';
import { randomFrom } from './random';

describe('Fifo', () => {
  it('is empty at first', () => {
    expect(new Fifo().length).to.equal(0);
    expect(new Fifo().shift()).to.equal(undefined);
    expect(new Fifo().takeAll()).to.deep.equal([]);
  });

  it('returns values in the order of an array', () => {
    const random = randomFrom(5);
    const fifo = new Fifo<number>([1, 2, 3]);
    const array = [1, 2, 3];
    for (let turn = 0; turn < 5_000; turn++) {
      if (random(2) === 0) {
        fifo.push(turn);
        array.push(turn);
      } else {
        expect(fifo.shift()).to.equal(array.shift());
      }
      expect(fifo.length).to.equal(array.length);
    }
    expect(fifo.takeAll()).to.deep.equal(array);
    expect(fifo.length).to.equal(0);
  });

  it('behaves as an array does, for any sequence of calls', () => {
    const step = fc.oneof(
      fc.record({ type: fc.constant('push' as const), count: fc.nat(3_000) }),
      fc.record({ type: fc.constant('shift' as const), count: fc.nat(3_000) }),
      fc.record({ type: fc.constant('putBack' as const), count: fc.nat(5) }),
      fc.record({ type: fc.constant('remove' as const), count: fc.integer({ min: 2, max: 5 }) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 20 }), steps => {
        const fifo = new Fifo<number>();
        let twin: number[] = [];
        let next = 0;
        for (const { type, count } of steps) {
          const fresh = Array.from({ length: count }, () => next++);
          if (type === 'push') {
            for (const item of fresh) fifo.push(item);
            twin.push(...fresh);
          } else if (type === 'shift') {
            for (let at = 0; at < count; at++) expect(fifo.shift()).to.equal(twin.shift());
          } else if (type === 'putBack') {
            fifo.putBack(fresh);
            twin.unshift(...fresh);
          } else {
            expect(fifo.remove(item => item % count === 0)).to.deep.equal(twin.filter(item => item % count === 0));
            twin = twin.filter(item => item % count !== 0);
          }
          expect([fifo.length, fifo.first]).to.deep.equal([twin.length, twin[0]]);
        }
      }),
      { numRuns: 50 },
    );
  });
});
