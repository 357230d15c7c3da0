/** Large buffers in a pool, which are passed in memory that it shares with its workers. */
import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { expect } from 'chai';
import { SendError } from 'offspring-rx';
import { WorkerPool } from 'offspring-rx/pool';
import { firstValueFrom, toArray } from 'rxjs';
import { fixture } from '../support/fixture';
import { itInFull, LONG, rows } from '../support/long';

const { Echoing, KilledBy, Renumbering, Sizing, Slicing } = fixture<typeof import('../fixtures/pool')>('pool');

const MB = 2 ** 20;
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** Bytes that depend on their position and on `seed`. */
function bytesOf(length: number, seed = 1): Buffer {
  const bytes = Buffer.alloc(length);
  for (let at = 0; at + 4 <= length; at += 4) bytes.writeUInt32LE(Math.imul(at + seed, 0x9e3779b1) >>> 0, at);
  return bytes;
}

describe('large buffers', () => {
  it(`arrive and come back unchanged, whatever their size ${LONG}`, async () => {
    await using pool = new WorkerPool(Echoing, { workers: 1 });
    await pool.run(0);
    for (const length of rows([65_535, 65_536, MB, 5 * MB, 17 * MB, 33 * MB], each => each < 10 * MB)) {
      const bytes = bytesOf(length);
      const back = (await pool.run(bytes)) as Buffer;
      expect(Buffer.isBuffer(back)).to.equal(true);
      expect([back.length, sha256(back)]).to.deep.equal([length, sha256(bytes)]);
    }
  });

  it('arrive with the type that they had', async () => {
    await using pool = new WorkerPool(Echoing, { workers: 1 });
    await pool.run(0);
    const { buffer } = new Uint8Array(bytesOf(MB));
    const items = [
      buffer,
      new DataView(buffer, 8, 100_000),
      ...[Uint8Array, Int16Array, Uint32Array, Float64Array, BigInt64Array].map(View => new View(buffer, 16, 20_000)),
      new Uint8ClampedArray(buffer, 1, 100_001),
    ];
    const backs = await Promise.all(items.map(item => pool.run(item)));
    for (const [at, item] of items.entries()) {
      const back = backs[at] as Uint8Array;
      expect(Object.prototype.toString.call(back)).to.equal(Object.prototype.toString.call(item));
      const bytes = (value: any) =>
        value instanceof ArrayBuffer
          ? new Uint8Array(value)
          : Buffer.from(value.buffer, value.byteOffset, value.byteLength);
      expect(sha256(bytes(back))).to.equal(sha256(bytes(item)));
    }
  });

  it('do not share memory with each other, nor with later ones', async () => {
    await using pool = new WorkerPool(Echoing, { workers: 1 });
    await pool.run(0);
    const items = Array.from({ length: 30 }, (_, seed) => bytesOf(300_000, seed));
    const backs = (await Promise.all(items.map(item => pool.run(item)))) as Buffer[];
    backs[0]?.fill(0);
    for (const [at, back] of backs.slice(1).entries()) expect(sha256(back)).to.equal(sha256(items[at + 1] as Buffer));
  });

  itInFull(`all arrive, mixed with small ones, at several workers ${LONG}`, async () => {
    await using pool = new WorkerPool(Echoing, { workers: 2 });
    const items = Array.from({ length: 300 }, (_, at) => (at % 3 === 0 ? bytesOf(100_000 + at, at) : at));
    let at = 0;
    for await (const back of pool.map(items)) {
      const item = items[at++];
      if (typeof item === 'number') expect(back).to.equal(item);
      else expect(sha256(back as Buffer)).to.equal(sha256(item as Buffer));
    }
    expect(at).to.equal(300);
  });

  itInFull(`come from a generator that gives more than the shared memory holds ${LONG}`, async () => {
    await using pool = new WorkerPool(Slicing, { workers: 1 });
    await pool.run(1);
    const slices = await firstValueFrom(pool.map([40]).pipe(toArray()));
    expect(slices.map(slice => [slice.length, slice[0], slice.at(-1)])).to.deep.equal(
      Array.from({ length: 40 }, (_, at) => [MB, at, at]),
    );
  });

  it('arrive, even if another item of their batch cannot be sent', async () => {
    await using pool = new WorkerPool(Echoing, { workers: 1 });
    await Promise.all(Array.from({ length: 50 }, (_, at) => pool.run(at)));
    const outcomes = await Promise.allSettled([bytesOf(MB), () => {}, bytesOf(MB, 2)].map(item => pool.run(item)));
    expect(outcomes.map(({ status }) => status)).to.deep.equal(['fulfilled', 'rejected', 'fulfilled']);
    expect((outcomes[1] as PromiseRejectedResult).reason).to.be.instanceOf(SendError);
  });

  itInFull(
    `arrive as they were when they were added, even if there are more than the shared memory holds ${LONG}`,
    async () => {
      await using pool = new WorkerPool(Echoing, { workers: 2 });
      await pool.run(Buffer.alloc(MB));
      const item = bytesOf(2 * MB);
      const backs = Array.from({ length: 50 }, (_, at) => {
        item.fill(at, 0, 1_000);
        return pool.run(item) as Promise<Buffer>;
      });
      item.fill(0);
      const expected = bytesOf(2 * MB);
      for (const [at, back] of backs.entries()) {
        expected.fill(at, 0, 1_000);
        expect(sha256(await back)).to.equal(sha256(expected));
      }
    },
  );

  itInFull(`do not overwrite a canceled item that a worker still has ${LONG}`, async () => {
    await using pool = new WorkerPool(Echoing, { workers: 1 });
    await Promise.all(Array.from({ length: 20 }, (_, seed) => pool.run(bytesOf(100_000, seed))));
    const some = (seed: number) => Array.from({ length: 4 }, (_, at) => bytesOf(MB, seed + at));
    const [unwanted, items] = [some(0), some(100)];
    for (let round = 0; round < 20; round++) {
      const giveUp = new AbortController();
      const lost = unwanted.map(item => pool.run(item, { signal: giveUp.signal }).catch(() => 'lost'));
      await Promise.resolve();
      giveUp.abort();
      const backs = (await Promise.all(items.map(item => pool.run(item)))) as Buffer[];
      expect(backs.map(sha256)).to.deep.equal(items.map(sha256));
      await Promise.all(lost);
    }
  });

  it('never have a file with a name', async () => {
    const files = () => readdirSync('/dev/shm').sort();
    const before = files();
    await using pool = new WorkerPool(Sizing, { workers: 1 });
    await pool.run(Buffer.alloc(1));
    const sizes = Promise.all(Array.from({ length: 20 }, () => pool.run(bytesOf(MB))));
    expect(files()).to.deep.equal(before);
    expect(await sizes).to.deep.equal(Array.from({ length: 20 }, () => MB));
  });
});

describe('items that are large together', () => {
  /** Values that JSON would change are among them. */
  const record = (id: number) => ({
    id,
    text: `${id} `.repeat(600),
    none: undefined,
    numbers: [Number.NaN, -0, Number.POSITIVE_INFINITY, id / 7],
    big: 2n ** 70n,
    inside: { tags: ['a', 'b'], of: null },
  });
  const counted = (length: number) => Array.from({ length }, (_, id) => id);

  it('arrive and come back unchanged, as they were when they were handed in', async () => {
    await using pool = new WorkerPool(Echoing, { workers: 2 });
    for (let round = 0; round < 3; round++) {
      const items = counted(1_500).map(record);
      const backs = items.map(item => pool.run(item));
      for (const item of items) item.inside.tags.push('changed too late');
      expect(await Promise.all(backs)).to.deep.equal(counted(1_500).map(record));
    }
  });

  itInFull(`as they were, if a getter of one hands in another ${LONG}`, async () => {
    await using pool = new WorkerPool(Echoing, { workers: 1 });
    let inner: Promise<unknown> | undefined;
    const item = {
      none: undefined,
      get number() {
        inner ??= pool.run({ id: 1 });
        return 2;
      },
    };
    expect(await pool.run(item)).to.deep.equal({ none: undefined, number: 2 });
    expect(await inner).to.deep.equal({ id: 1 });
  });

  itInFull(`come back as they were when their work ended ${LONG}`, async () => {
    await using pool = new WorkerPool(Renumbering, { workers: 1 });
    const backs = await Promise.all(counted(500).map(id => pool.run(id)));
    expect(backs.map(({ id, text }) => [id, text.length])).to.deep.equal(counted(500).map(id => [id, 2_000]));
  });

  itInFull(`arrive as texts and as other values, in one batch ${LONG}`, async () => {
    await using pool = new WorkerPool(Echoing, { workers: 1 });
    const items = counted(900).map(
      id => [record(id), `${id}`.padEnd(5_000), id, new Map([[id, 'x'.repeat(500)]])][id % 4],
    );
    expect(await Promise.all(items.map(item => pool.run(item)))).to.deep.equal(items);
  });

  itInFull(`all settle, none twice, if items kill their worker in the middle of a batch ${LONG}`, async () => {
    await using pool = new WorkerPool(KilledBy, { workers: 2, retries: 0 });
    const items = counted(1_000).map(id => ({ ...record(id), kills: id % 250 === 100 }));
    const settled = await Promise.allSettled(items.map(item => pool.run(item)));
    const rejected = settled.flatMap(({ status }, id) => (status === 'rejected' ? id : []));
    expect(rejected).to.deep.equal([100, 350, 600, 850]);
    settled.forEach((each, id) => {
      if (each.status === 'fulfilled') expect(each.value).to.deep.equal([id, record(id).text.length]);
    });
  });
});
