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
  it('counts strings and buffers, at the top and down to three levels below', () => {
    const bytes = new Uint8Array(1_000);
    const text = 'x'.repeat(1_000);
    for (const value of [bytes, bytes.buffer, text, { bytes }, [bytes], { text }, { rows: [{ text }] }]) {
      expect(approximateSize(value)).to.be.within(1_000, 1_100);
    }
    for (const value of [1, null, undefined, true, 1n, {}, [], { deep: { deep: [{ bytes }] } }])
      expect(approximateSize(value)).to.be.below(100);
  });

  it('takes what it does not measure for as large as the rest', () => {
    const text = 'x'.repeat(1_000);
    const row = { id: 1, text };
    const rows = Array.from({ length: 1_000 }, () => row);
    const dictionary = Object.fromEntries(rows.map((_, at) => [at, text]));
    for (const value of [rows, { rows }, dictionary, [...rows.slice(0, 500), ...rows.slice(0, 500).map(() => text)]])
      expect(approximateSize(value)).to.be.within(1_000_000, 1_070_000);
  });

  it('ends if the value has cycles', () => {
    const cycle: Record<string, unknown> = { text: 'x'.repeat(1_000) };
    cycle['self'] = [cycle, cycle];
    expect(approximateSize(cycle)).to.be.within(2_000, 10_000);
  });

  it('does not call getters', () => {
    const value = {
      get text(): string {
        throw new Error('called');
      },
    };
    expect(approximateSize(value)).to.be.below(100);
  });

  it('calls no trap of a Proxy, which may throw', () => {
    const trap = (): never => {
      throw new Error('called');
    };
    const proxy = new Proxy({}, { get: trap, getPrototypeOf: trap, ownKeys: trap, getOwnPropertyDescriptor: trap });
    for (const value of [proxy, { proxy }, [{ proxy }], new Proxy([], { get: trap })])
      expect(approximateSize(value)).to.be.below(100);
  });

  it('counts the length of long arrays', () => {
    expect(approximateSize(Array.from({ length: 100_000 }, () => 0))).to.be.above(100_000);
  });
});
