/** Which items are sent together. */
import { expect } from 'chai';
import { takeBatch } from '../../../src/pool/parent/items/batch';
import { PriorityFifo } from '../../../src/pool/parent/items/priority-fifo';
import { RunJob } from '../../../src/pool/parent/run/run-job';
import { approximateSize } from '../../../src/pool/wire/approximate-size';
import { copyPlain } from '../../../src/protocol/plain-data';

const jobOf = (item: unknown, more: Partial<RunJob> = {}) =>
  Object.assign(
    new RunJob(
      item,
      () => {},
      () => {},
    ),
    more,
  );

function queueOf(...jobs: RunJob[]): PriorityFifo<RunJob> {
  const queue = new PriorityFifo<RunJob>();
  for (const job of jobs) queue.push(job);
  return queue;
}

const itemsOf = (queue: PriorityFifo<RunJob>, limit: number) =>
  takeBatch(queue as never, limit).map(({ item }) => item);

describe('a batch', () => {
  it('has the first items, at most as many as the limit', () => {
    const queue = queueOf(...[1, 2, 3].map(item => jobOf(item)));
    expect([itemsOf(queue, 2), itemsOf(queue, 2), itemsOf(queue, 2)]).to.deep.equal([[1, 2], [3], []]);
  });

  it('leaves out settled items', () => {
    const queue = queueOf(jobOf(1, { settled: true }), jobOf(2), jobOf(3, { settled: true }), jobOf(4));
    expect([itemsOf(queue, 10), queue.length]).to.deep.equal([[2, 4], 0]);
  });

  it('is no larger than the batchLimit of any of its items', () => {
    const queue = queueOf(jobOf(1), jobOf(2, { batchLimit: 1 }), jobOf(3, { batchLimit: 2 }), jobOf(4), jobOf(5));
    const batches = [1, 2, 3, 4].map(() => itemsOf(queue, 10));
    expect(batches).to.deep.equal([[1], [2], [3, 4], [5]]);
  });

  it('has no more than some megabytes, unless one item is larger', () => {
    const large = 'x'.repeat(3e6);
    const queue = queueOf(
      jobOf(large),
      jobOf({ large }),
      jobOf(new Uint8Array(9e6)),
      jobOf([Buffer.alloc(3e6)]),
      jobOf(1),
    );
    expect([1, 2, 3].map(() => itemsOf(queue, 10).length)).to.deep.equal([1, 1, 1]);
    expect(itemsOf(queue, 10)).to.have.length(2);
  });

  it('has at most half a megabyte of plain data, unless one item is larger', () => {
    const plain = (length: number) => jobOf(0, { payload: copyPlain('x'.repeat(length)) });
    const queue = queueOf(plain(9e5), ...Array.from({ length: 10 }, () => plain(1e5)), jobOf(new Uint8Array(3e6)));
    expect([1, 2, 3].map(() => itemsOf(queue, 20).length)).to.deep.equal([1, 5, 6]);
  });
});

describe('the approximate size of a value', () => {
  it('counts strings and buffers, at the top and one level below', () => {
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

  it('counts the length of long arrays', () => {
    expect(approximateSize(Array.from({ length: 100_000 }, () => 0))).to.be.above(100_000);
  });
});
