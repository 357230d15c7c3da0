/** When a child has failed too often. */
import { expect } from 'chai';
import { DEFAULT_INTENSITY, type Intensity, isTooMany, withFailure } from '../../../src/supervise/intensity';

/** For each of the failures at these times: whether it is one too many. */
function tooMany(times: number[], intensity: Intensity): boolean[] {
  let history: readonly { at: number }[] = [];
  return times.map(at => {
    history = withFailure(history, { at }, intensity);
    return isTooMany(history, intensity);
  });
}

describe('intensity', () => {
  it('with 3 restarts allows three failures within a period, but not a fourth', () => {
    expect(tooMany([0, 1, 2, 3], DEFAULT_INTENSITY)).to.deep.equal([false, false, false, true]);
  });

  it('counts each failure for one period', () => {
    expect(tooMany([0, 1, 2, 9_999], DEFAULT_INTENSITY)).to.deep.equal([false, false, false, true]);
    expect(tooMany([0, 1, 2, 10_000], DEFAULT_INTENSITY)).to.deep.equal([false, false, false, false]);
    expect(tooMany([0, 5_000, 9_000, 10_000, 10_001], DEFAULT_INTENSITY).at(-1)).to.equal(true);
  });

  it('with 0 restarts gives up at once', () => {
    expect(tooMany([0], { restarts: 0, period: 1 })).to.deep.equal([true]);
  });

  it('keeps only the failures that still count', () => {
    let history: readonly { at: number }[] = [];
    for (let at = 0; at < 1_000; at++) history = withFailure(history, { at }, { restarts: 5, period: 3 });
    expect(history).to.deep.equal([{ at: 997 }, { at: 998 }, { at: 999 }]);
  });

  it('without a limit keeps only the latest failure and never gives up', () => {
    const unlimited = { restarts: Number.POSITIVE_INFINITY, period: Number.POSITIVE_INFINITY };
    let history: readonly { at: number }[] = [];
    for (let at = 0; at < 1_000; at++) history = withFailure(history, { at }, unlimited);
    expect(history).to.have.length(1);
    expect(isTooMany(history, unlimited)).to.equal(false);
  });

  it('with an infinite period counts all failures', () => {
    expect(tooMany([0, 1e6, 1e9], { restarts: 2, period: Number.POSITIVE_INFINITY })).to.deep.equal([
      false,
      false,
      true,
    ]);
  });
});
