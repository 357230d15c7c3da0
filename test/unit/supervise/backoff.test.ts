/** The delay before a restart. */
import { expect } from 'chai';
import { DEFAULT_BACKOFF, delayAfter, earlierFailures } from '../../../src/supervise/backoff';

describe('backoff', () => {
  const steady = { ...DEFAULT_BACKOFF, jitter: 0 };

  it('grows by the factor, from initial to max', () => {
    const delays = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9].map(earlier => delayAfter(earlier, steady, 0.5));
    expect(delays).to.deep.equal([100, 200, 400, 800, 1_600, 3_200, 6_400, 12_800, 15_000, 15_000]);
  });

  it('is shortened by at most the share of jitter, and never exceeds max', () => {
    expect([0, 0.5, 1].map(chance => delayAfter(0, DEFAULT_BACKOFF, chance))).to.deep.equal([100, 90, 80]);
    expect([0, 0.5, 1].map(chance => delayAfter(99, DEFAULT_BACKOFF, chance))).to.deep.equal([15_000, 13_500, 12_000]);
    expect(delayAfter(0, { ...DEFAULT_BACKOFF, jitter: 1 }, 1)).to.equal(0);
  });

  it('stays a number after any number of failures', () => {
    for (const earlier of [1_000, 1e6, Number.MAX_SAFE_INTEGER]) {
      expect(delayAfter(earlier, steady, 0)).to.equal(15_000);
      expect(delayAfter(earlier, { ...steady, initial: 0 }, 0)).to.equal(0);
      expect(delayAfter(earlier, { ...steady, factor: 1 }, 0)).to.equal(100);
    }
  });

  it('is max if max is below initial', () => {
    expect(delayAfter(0, { ...steady, max: 50 }, 0)).to.equal(50);
  });

  it('starts with initial again after resetAfter', () => {
    expect(earlierFailures(5, 29_999, steady)).to.equal(5);
    expect(earlierFailures(5, 30_000, steady)).to.equal(0);
    expect(earlierFailures(5, 1e12, { ...steady, resetAfter: Number.POSITIVE_INFINITY })).to.equal(5);
  });
});
