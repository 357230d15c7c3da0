/** The statistics of the benchmark. */
import { expect } from 'chai';
import { mean, median, quantile, summarise } from '../../bench/suite/statistics';

describe('statistics of the benchmark', () => {
  it('a median, whatever the order', () => {
    expect(median([3, 1, 2])).to.equal(2);
    expect(median([4, 1, 3, 2])).to.equal(2.5);
    expect(median([7])).to.equal(7);
  });

  it('numbers are sorted as numbers, and the samples stay as they are', () => {
    const samples = [10, 9, 100];
    expect(median(samples)).to.equal(10);
    expect(samples).to.deep.equal([10, 9, 100]);
  });

  it('a quantile between two samples', () => {
    const samples = [0, 10, 20, 30, 40];
    expect([0, 0.1, 0.5, 0.9, 1].map(q => quantile(samples, q))).to.deep.equal([0, 4, 20, 36, 40]);
    expect(summarise(samples)).to.deep.equal({ median: 20, p10: 4, p90: 36 });
    expect(mean(samples)).to.equal(20);
  });

  it('of nothing: not a number', () => {
    expect(median([])).to.be.NaN;
  });
});
