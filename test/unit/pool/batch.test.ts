/** Which items travel together. */
import { expect } from 'chai';
import { batchOf } from '../../../dist/pool/parent/items/batch.js';
import { RunJob } from '../../../dist/pool/parent/run/run-job.js';
import { approximateSize } from '../../../src/pool/wire/approximate-size';
import { Fifo } from '../../../src/util/fifo';

const jobOf = (item: unknown, more: Partial<RunJob> = {}) =>
  Object.assign(
    new RunJob(
      item,
      () => {},
      () => {},
    ),
    more,
  );

function lineOf(...jobs: RunJob[]): Fifo<RunJob> {
  const line = new Fifo<RunJob>();
  for (const job of jobs) line.push(job);
  return line;
}

const itemsOf = (line: Fifo<RunJob>, most: number) => batchOf(line as never, most).map(({ item }) => item);

describe('a batch', () => {
  it('has so many items at the most, the first ones', () => {
    const line = lineOf(...[1, 2, 3].map(item => jobOf(item)));
    expect([itemsOf(line, 2), itemsOf(line, 2), itemsOf(line, 2)]).to.deep.equal([[1, 2], [3], []]);
  });

  it('leaves out what is settled', () => {
    const line = lineOf(jobOf(1, { settled: true }), jobOf(2), jobOf(3, { settled: true }), jobOf(4));
    expect([itemsOf(line, 10), line.length]).to.deep.equal([[2, 4], 0]);
  });

  it('is no larger than an item of it may travel with', () => {
    const line = lineOf(jobOf(1), jobOf(2, { batchLimit: 1 }), jobOf(3, { batchLimit: 2 }), jobOf(4), jobOf(5));
    const batches = [1, 2, 3, 4].map(() => itemsOf(line, 10));
    expect(batches).to.deep.equal([[1], [2], [3, 4], [5]]);
  });

  it('does not hold much, unless one item does', () => {
    const large = 'x'.repeat(3e6);
    const line = lineOf(
      jobOf(large),
      jobOf({ large }),
      jobOf(new Uint8Array(9e6)),
      jobOf([Buffer.alloc(3e6)]),
      jobOf(1),
    );
    expect([1, 2, 3].map(() => itemsOf(line, 10).length)).to.deep.equal([1, 1, 1]);
    expect(itemsOf(line, 10)).to.have.length(2);
  });
});

describe('the bulk of a value', () => {
  it('is told of strings and buffers, at the top and one level below', () => {
    const bytes = new Uint8Array(1_000);
    for (const value of [bytes, bytes.buffer, 'x'.repeat(1_000), { bytes }, [bytes], { text: 'x'.repeat(1_000) }]) {
      expect(approximateSize(value)).to.be.within(1_000, 1_100);
    }
    for (const value of [1, null, undefined, true, 1n, {}, { deep: { bytes } }])
      expect(approximateSize(value)).to.be.below(100);
  });

  it('does not call getters', () => {
    const value = {
      get text(): string {
        throw new Error('called');
      },
    };
    expect(approximateSize(value)).to.be.below(100);
  });

  it('is told of long arrays by their length', () => {
    expect(approximateSize(Array.from({ length: 100_000 }, () => 0))).to.be.above(100_000);
  });
});
