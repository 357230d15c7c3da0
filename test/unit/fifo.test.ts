/** Fifo: first in, first out. */
import { expect } from 'chai';
import { Fifo } from '../../src/fifo';
import { randomFrom } from './random';

describe('Fifo', () => {
  it('is empty at first', () => {
    expect(new Fifo().length).to.equal(0);
    expect(new Fifo().shift()).to.equal(undefined);
    expect(new Fifo().takeAll()).to.deep.equal([]);
  });

  it('gives what it was given, in order, as an array would', () => {
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
});
