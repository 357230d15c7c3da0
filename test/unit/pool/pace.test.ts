/** How many items are sent to a worker at a time. */
import { expect } from 'chai';
import { Pace } from '../../../src/pool/parent/scheduler/pace';

/** So many items took `ms` together. */
const done = (count: number, ms: number, squares: number, itemBytes = 0, outputBytes = 0) => ({
  count,
  sum: ms,
  squares,
  itemBytes,
  outputBytes,
});

/** A pace that has observed `times` answers of `count` items that took `ms` and had `size` bytes each. */
function paceAfter(ms: number, times: number, count = 10, pace = new Pace(), size = 0): Pace {
  for (let at = 0; at < times; at++) pace.observe(done(count, ms * count, ms * ms * count, size * count));
  return pace;
}

describe('the pace of a pool', () => {
  it('is one item at a time while nothing is known', () => {
    const pace = new Pace();
    expect([pace.batchSize, pace.mayPrefetch]).to.deep.equal([1, false]);
  });

  it('doubles the batch while items are tiny', () => {
    const pace = new Pace();
    const sizes = Array.from({ length: 12 }, () => paceAfter(0.0001, 1, 1, pace).batchSize);
    expect(sizes).to.deep.equal([2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 1024, 1024]);
  });

  it('stays at one for items of more than some milliseconds, and prefetches', () => {
    for (const ms of [6.1, 12, 19]) {
      const pace = paceAfter(ms, 20);
      expect([pace.batchSize, pace.mayPrefetch]).to.deep.equal([1, true]);
    }
  });

  it('gives each worker its share, and less towards the end', () => {
    const pace = paceAfter(1, 20);
    expect([100, 12, 6, 3, 1].map(waiting => pace.share(waiting, 2))).to.deep.equal([12, 3, 2, 2, 1]);
    expect(paceAfter(0.001, 20).share(10, 2)).to.equal(5);
  });

  it('tells trifles, which one worker gets together: not before it has seen some', () => {
    const tiny = paceAfter(0.01, 1);
    expect([new Pace().areTiny(1), tiny.areTiny(50), tiny.areTiny(51)]).to.deep.equal([false, true, false]);
  });

  it('takes items for tiny although a worker was interrupted, but not after a long one', () => {
    const pace = paceAfter(0.005, 20);
    pace.observe(done(32, 4, 4));
    expect(pace.areTiny(32)).to.equal(true);
    pace.observe(done(32, 1_000, 1_000 ** 2));
    expect(pace.areTiny(1)).to.equal(false);
    paceAfter(0.005, 20, 10, pace);
    expect(pace.areTiny(32)).to.equal(true);
  });

  it('does not prefetch if items are long', () => {
    expect(paceAfter(20, 5).mayPrefetch).to.equal(false);
    expect(paceAfter(5_000, 1).mayPrefetch).to.equal(false);
  });

  it('falls at once when a long item comes among tiny ones, and grows again', () => {
    const pace = paceAfter(0.001, 20);
    expect(pace.batchSize).to.be.above(100);
    pace.observe(done(100, 1_000, 1_000 ** 2));
    expect([pace.batchSize, pace.mayPrefetch]).to.deep.equal([1, false]);
    paceAfter(0.001, 60, 10, pace);
    expect(pace.batchSize).to.be.above(100);
  });

  it('keeps a batch of large items, or of large outputs, at about four megabytes', () => {
    const sizes = [0, 200, 10 * 1024, 200 * 1024, 5 * 1024 ** 2];
    const batches = sizes.map(size => paceAfter(0.001, 20, 10, new Pace(), size).batchSize);
    expect(batches).to.deep.equal([1024, 1024, 409, 20, 1]);
    const ofOutputs = sizes.map(size => {
      const pace = new Pace();
      for (let at = 0; at < 20; at++) pace.observe(done(10, 0.01, 0.00001, 10 * 200, 10 * size));
      return pace.batchSize;
    });
    expect(ofOutputs).to.deep.equal(batches);
  });

  it('takes smaller batches at once when items become large, and larger ones again', () => {
    const pace = paceAfter(0.001, 20);
    paceAfter(0.001, 1, 1_000, pace, 100_000);
    expect(pace.batchSize).to.be.below(400);
    paceAfter(0.001, 60, 10, pace);
    expect(pace.batchSize).to.equal(1024);
  });
});
