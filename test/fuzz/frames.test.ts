/** Fuzz of the frames: any values in any chunks, and any bytes. */
import { expect } from 'chai';
import fc from 'fast-check';
import { FrameReader } from '../../src/protocol/frame-reader';
import { HEADER } from '../../src/protocol/frames';
import { batchesOf } from '../support/batches';
import { encodeFrame } from '../support/frame';
import { LONG, sized } from '../support/long';
import { cloneable, difference } from './cloneable';

/** Cuts `bytes` into chunks of these sizes, repeated. Copies each chunk, since a reader may keep it. */
function* cut(bytes: Buffer, sizes: number[]): Generator<Buffer> {
  for (let from = 0, turn = 0; from < bytes.length; turn++) {
    const size = Math.max(1, sizes[turn % sizes.length] ?? bytes.length);
    yield Buffer.from(bytes.subarray(from, from + size));
    from += size;
  }
}

const sizes = fc.array(fc.oneof(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 500 })), { maxLength: 8 });

function frameOf(payload: Buffer): Buffer {
  const header = Buffer.from([0x4f, 0x52, 2, 0, 0, 0, 0, 0]);
  header.writeUInt32LE(payload.length, 4);
  return Buffer.concat([header, payload]);
}

/** Reads all batches of these bytes. Expects that only Errors are thrown. */
function readAll(chunks: Iterable<Buffer>): unknown[][] {
  const reader = new FrameReader();
  const batches: unknown[][] = [];
  try {
    for (const chunk of chunks) {
      expect(reader.missing).to.be.greaterThan(0);
      reader.read(chunk, batch => batches.push(batch));
    }
  } catch (error) {
    expect(error).to.be.instanceOf(Error);
    expect((error as Error).name).not.to.equal('AssertionError');
  }
  for (const batch of batches) expect(batch).to.be.an('array');
  return batches;
}

/** V8 allocates the length that a sparse array announces, however large it is. Such bytes are left out. */
const announcesLargeArray = (bytes: Uint8Array) => /a[\x80-\xff]{3}/.test(Buffer.from(bytes).toString('latin1'));

/** Bytes that look like v8's format, whose tags are letters and signs. */
const almostPayload = fc
  .array(
    fc.oneof(
      fc.nat(255).map(byte => [byte]),
      fc.constantFrom(...'oA:;aIUNdDnsS"cRt^{}$%\'\\_0TF@,-~BVu?w').map(tag => [tag.charCodeAt(0)]),
      fc.integer({ min: 0, max: 2 ** 32 - 1 }).map(varint),
    ),
    { maxLength: 60 },
  )
  .map(parts => Buffer.from([0xff, 0x0f, ...parts.flat()]));

function varint(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return [...bytes, rest];
    bytes.push((rest % 128) | 128);
  }
}

describe(`fuzz of the frames ${LONG}`, function () {
  this.timeout(30_000);

  it('any values arrive unchanged, in any chunks', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(cloneable, { maxLength: 4 }), { minLength: 1, maxLength: 4 }),
        sizes,
        (batches, by) => {
          const reader = new FrameReader();
          const read: unknown[][] = [];
          for (const chunk of cut(Buffer.concat(batches.map(encodeFrame)), by)) read.push(...batchesOf(reader, chunk));
          expect(read).to.have.length(batches.length);
          for (const [index, batch] of batches.entries()) expect(difference(batch, read[index])).to.equal(undefined);
          expect(reader.missing).to.equal(HEADER);
        },
      ),
      { numRuns: sized(120, 1_000) },
    );
  });

  it('changing the bytes later does not change the values', () => {
    fc.assert(
      fc.property(cloneable, value => {
        const bytes = encodeFrame([value]);
        const [batch] = batchesOf(new FrameReader(), bytes);
        bytes.fill(0xaa);
        expect(difference([value], batch)).to.equal(undefined);
      }),
      { numRuns: sized(100, 300) },
    );
  });

  it('any bytes yield batches or an Error', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), sizes, (bytes, by) => {
        readAll(cut(Buffer.from(bytes), by));
      }),
      { numRuns: sized(200, 500) },
    );
  });

  it('any payload yields a batch or an Error, and allocates no more memory than it has bytes', () => {
    const before = process.memoryUsage().rss;
    fc.assert(
      fc.property(fc.array(almostPayload, { minLength: 1, maxLength: 4 }), sizes, (payloads, by) => {
        fc.pre(!payloads.some(announcesLargeArray));
        readAll(cut(Buffer.concat(payloads.map(frameOf)), by));
      }),
      { numRuns: sized(1_000, 3_000) },
    );
    expect(process.memoryUsage().rss - before).to.be.below(128 * 2 ** 20);
  });

  it('a damaged frame yields a batch or an Error', () => {
    const changes = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(fc.array(cloneable, { maxLength: 3 }), changes, sizes, (batch, changed, by) => {
        const bytes = encodeFrame(batch);
        for (const [at, byte] of changed) bytes[at % bytes.length] = byte;
        fc.pre(!announcesLargeArray(bytes));
        readAll(cut(bytes, by));
      }),
      { numRuns: sized(500, 2_000) },
    );
  });

  it('frames before garbage are read', () => {
    fc.assert(
      fc.property(fc.array(fc.integer(), { maxLength: 5 }), fc.uint8Array({ minLength: 8 }), (values, garbage) => {
        fc.pre(garbage[0] !== 0x4f);
        const frames = values.map(value => encodeFrame([value]));
        const batches = readAll([Buffer.concat([...frames, Buffer.from(garbage)])]);
        expect(batches).to.deep.equal(values.map(value => [value]));
      }),
      { numRuns: 200 },
    );
  });
});
