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
  it('counts strings and buffers, wherever they are', () => {
    const bytes = new Uint8Array(1_000);
    const text = 'x'.repeat(1_000);
    const deep = { data: [{ attributes: { content: { text, at: new Date() } } }] };
    const wide = { ...Object.fromEntries(Array.from({ length: 12 }, (_, at) => [at, at])), text };
    const flat = [bytes, bytes.buffer, text, { bytes }, [bytes], { text }, new Map([['a', text]]), new Set([text])];
    for (const value of [...flat, deep, wide]) expect(approximateSize(value)).to.be.within(1_000, 1_400);
    for (const value of [1, null, undefined, true, 1n, {}, [], new Map(), new Set(), new Date()])
      expect(approximateSize(value)).to.be.below(100);
  });

  it('takes what it does not measure for as large as the rest', () => {
    const text = 'x'.repeat(1_000);
    const row = { id: 1, text };
    const rows = Array.from({ length: 1_000 }, () => row);
    const dictionary = Object.fromEntries(rows.map((_, at) => [at, text]));
    const half = [...rows.slice(0, 500), ...rows.slice(0, 500).map(() => text)];
    for (const value of [
      rows,
      { rows },
      dictionary,
      half,
      new Map(Object.entries(dictionary)),
      new Set(half.map(() => ({ text }))),
    ])
      expect(approximateSize(value)).to.be.within(1_000_000, 1_080_000);
  });

  it('ends if the value has cycles, and looks into some objects alone', () => {
    const cycle: Record<string, unknown> = { text: 'x'.repeat(1_000) };
    cycle['self'] = [cycle, cycle];
    expect(approximateSize(cycle)).to.be.within(2_000, 100_000);
    const nested = (levels: number): unknown =>
      levels === 0 ? {} : Object.fromEntries(Array.from({ length: 8 }, (_, at) => [at, nested(levels - 1)]));
    expect(approximateSize(nested(5))).to.be.below(20_000);
  });

  it('does not call getters', () => {
    const get = (): never => {
      throw new Error('called');
    };
    const value = Object.defineProperty({}, 'text', { get, enumerable: true });
    const array = Object.defineProperty([1], 0, { get });
    const map = Object.defineProperty(new Map([[1, 2]]), 'size', { get });
    for (const each of [value, array, map]) expect(approximateSize(each)).to.be.below(120);
  });

  it('calls no trap of a Proxy, which may throw', () => {
    const trap = (): never => {
      throw new Error('called');
    };
    const proxy = new Proxy({}, { get: trap, getPrototypeOf: trap, ownKeys: trap, getOwnPropertyDescriptor: trap });
    const heir = Object.create(proxy);
    for (const value of [proxy, { proxy }, [{ proxy }], new Proxy([], { get: trap }), heir, { at: new Date(), heir }])
      expect(approximateSize(value)).to.be.below(100);
  });

  it('never throws, and is a number', () => {
    const view = Object.defineProperty(new Uint8Array(8), 'byteLength', { get: () => Number.POSITIVE_INFINITY });
    const refusing = Object.defineProperty(new Uint8Array(8), 'byteLength', {
      get() {
        throw new Error('called');
      },
    });
    for (const value of [Object.create(ArrayBuffer.prototype), { x: Object.create(Map.prototype) }, view, refusing])
      expect(approximateSize(value)).to.be.below(100);
  });

  it('counts the length of long arrays', () => {
    expect(approximateSize(Array.from({ length: 100_000 }, () => 0))).to.be.above(100_000);
  });
});
