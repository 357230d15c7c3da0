/** How many items go to a worker at a time. */
import { expect } from 'chai';
import { Pace } from '../../../dist/pool/parent/scheduler/pace.js';

/** Lets it see `times` answers of `count` items that took `ms` each. */
function seen(ms: number, times: number, count = 10, pace = new Pace()): Pace {
  for (let at = 0; at < times; at++) pace.observe(count, ms * count, ms * ms * count);
  return pace;
}

describe('the pace of a pool', () => {
  it('is one item at a time while nothing is known', () => {
    const pace = new Pace();
    expect([pace.batch, pace.isAhead]).to.deep.equal([1, false]);
  });

  it('grows step by step while items are tiny', () => {
    const pace = new Pace();
    const sizes = Array.from({ length: 12 }, () => seen(0.0001, 1, 1, pace).batch);
    expect(sizes).to.deep.equal([2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 1024, 1024]);
  });

  it('stays at one for items of more than some milliseconds, each sent ahead', () => {
    for (const ms of [6.1, 12, 19]) {
      const pace = seen(ms, 20);
      expect([pace.batch, pace.isAhead]).to.deep.equal([1, true]);
    }
  });

  it('gives each worker its share, and less towards the end', () => {
    const pace = seen(1, 20);
    expect([100, 12, 6, 3, 1].map(waiting => pace.share(waiting, 2))).to.deep.equal([12, 3, 2, 2, 1]);
    expect(seen(0.001, 20).share(10, 2)).to.equal(5);
  });

  it('sends none ahead where items are long', () => {
    expect(seen(20, 5).isAhead).to.equal(false);
    expect(seen(5_000, 1).isAhead).to.equal(false);
  });

  it('falls at once when a long item comes among tiny ones, and grows again', () => {
    const pace = seen(0.001, 20);
    expect(pace.batch).to.be.above(100);
    pace.observe(100, 1_000, 1_000 ** 2);
    expect([pace.batch, pace.isAhead]).to.deep.equal([1, false]);
    seen(0.001, 60, 10, pace);
    expect(pace.batch).to.be.above(100);
  });
});
