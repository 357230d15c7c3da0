/** Frames: values to bytes and back, for any way to cut the bytes, and for bytes that are not frames. */
import { deepStrictEqual, ok } from 'node:assert';
import { expect } from 'chai';
import { FrameReader } from '../../src/protocol/frame-reader';
import { decodeValue, encodeValue, MAX_FRAME, PROTOCOL_VERSION } from '../../src/protocol/frames';
import { serialize } from '../../src/protocol/v8-codec';
import { batchesOf } from '../support/batches';
import { encodeFrame } from '../support/frame';
import { LONG, sized } from '../support/long';
import { randomFrom } from './random';

const HEADER = 8;

/** Sends a value in a batch, and returns what arrives. */
const arrive = (value: unknown): any =>
  batchesOf(new FrameReader(), encodeFrame([{ value }]))[0]?.map((sent: any) => sent.value)[0];

/** A frame made by hand, so that each part of it can be wrong. */
function frameOf(
  payload: Uint8Array,
  { magic = 'OR', version = PROTOCOL_VERSION, format = 0, length = payload.length } = {},
): Buffer {
  const head = Buffer.alloc(HEADER);
  head.write(magic, 0, 'latin1');
  head.writeUInt8(version, 2);
  head.writeUInt8(format, 3);
  head.writeUInt32LE(length, 4);
  return Buffer.concat([head, payload]);
}

const thrownBy = (work: () => unknown): unknown => {
  try {
    work();
  } catch (error) {
    return error;
  }
  return undefined;
};

describe('frames', () => {
  describe('a value arrives as it was', () => {
    const table: [what: string, value: unknown][] = [
      ['undefined', undefined],
      ['null', null],
      ['an empty string', ''],
      ['unicode', 'ä\u{1f600}\ud800\0'],
      ['0n', 0n],
      ['a large bigint', -(2n ** 200n)],
      ['NaN', NaN],
      ['-0', -0],
      ['-Infinity', -Infinity],
      [
        'a Map',
        new Map<unknown, unknown>([
          [1, { a: 1 }],
          [{ key: true }, new Set()],
        ]),
      ],
      ['a Set', new Set([1, 'two', [3]])],
      ['a Date', new Date(1e12)],
      ['an invalid Date', new Date(NaN)],
      ['a RegExp', /a+(?<b>c)/giu],
      ['an Error', new RangeError('far')],
      ['an array with holes', Object.assign([1], { 2: 3 })],
      ['a Uint8Array', new Uint8Array([1, 2, 255])],
      ['a Float64Array', new Float64Array([1.5, NaN, -0])],
      ['a BigInt64Array', new BigInt64Array([-1n])],
      ['an ArrayBuffer', new Uint8Array([1, 2]).buffer],
      ['an empty typed array', new Int32Array(0)],
      ['a Buffer', Buffer.from('bytes')],
      ['an object that looks like a message of Node', { cmd: 'NODE_x' }],
      ['an object that looks like an event', { type: 'exited', exit: { code: 0 } }],
      ['bytes that look like a frame', encodeFrame([1])],
    ];
    for (const [what, value] of table) {
      it(what, () => {
        const arrived = arrive(value);
        expect(arrived).to.deep.equal(value);
        if (typeof value === 'object' && value !== null) {
          expect(Object.getPrototypeOf(arrived)).to.equal(Object.getPrototypeOf(value));
        }
      });
    }

    it('-0 keeps its sign', () => {
      expect(Object.is(arrive(-0), -0)).to.equal(true);
    });

    it('a cycle', () => {
      const value: Record<string, unknown> = { list: [] };
      value['self'] = value;
      const arrived = arrive(value);
      expect(arrived.self).to.equal(arrived);
    });

    it('a field named __proto__, without setting the prototype', () => {
      const arrived = arrive(JSON.parse('{ "__proto__": { "polluted": true } }'));
      expect(Object.keys(arrived)).to.deep.equal(['__proto__']);
      expect(Object.getPrototypeOf(arrived)).to.equal(Object.prototype);
      expect(arrived.polluted).to.equal(undefined);
    });

    it('a DataView', () => {
      const arrived = arrive(new DataView(new Uint8Array([0, 1, 2, 3]).buffer, 1, 2));
      expect(arrived).to.be.instanceOf(DataView);
      expect([arrived.byteLength, arrived.getUint8(0), arrived.getUint8(1)]).to.deep.equal([2, 1, 2]);
    });

    it('a view of a part of its memory, without the rest of the memory', () => {
      const arrived = arrive(new Uint8Array(1024 * 1024).subarray(10, 12));
      expect(arrived).to.deep.equal(new Uint8Array(2));
      expect(arrived.buffer.byteLength).to.equal(2);
    });

    it('large views, sent out of band, each with its own type and memory', () => {
      const size = 70_000;
      const memory = new ArrayBuffer(3 * size + 16);
      const value = {
        buffer: Buffer.alloc(size, 1),
        bytes: new Uint8Array(memory, 8, size).fill(2),
        floats: new Float64Array(size).fill(0.5),
        view: new DataView(memory, 3, size),
        small: new Uint8Array([1, 2]),
        twice: [] as unknown[],
      };
      value.twice.push(value.bytes, value.bytes);
      const arrived = arrive(value);
      // chai does not compare the contents of DataViews.
      const bytesOf = (own: unknown) =>
        own instanceof DataView ? new Uint8Array(own.buffer, own.byteOffset, own.byteLength) : own;
      for (const [key, own] of Object.entries(value)) expect(bytesOf(arrived[key]), key).to.deep.equal(bytesOf(own));
      expect(arrived.bytes.buffer.byteLength).to.equal(size);
      expect(arrived.buffer.buffer).not.to.equal(arrived.bytes.buffer);
      expect(arrived.twice[0]).to.equal(arrived.bytes);
      for (const key of ['buffer', 'bytes', 'floats', 'view'] as const) {
        expect(Object.getPrototypeOf(arrived[key])).to.equal(Object.getPrototypeOf(value[key]));
      }
    });

    it('large views among other frames, in chunks of any size', () => {
      const bytes = (fill: number) => new Uint8Array(100_000).fill(fill);
      const batches = [[1, bytes(1)], ['two'], [bytes(2), bytes(3), { b: bytes(4) }], [new Map()], [bytes(5)]];
      const stream = Buffer.concat(batches.map(encodeFrame));
      // With Node's own assertions: for so many bytes chai takes seconds.
      for (const size of [7, 8, 1_000, 65_536, 99_999, 100_001, 1_000_000]) {
        const reader = new FrameReader();
        const read: unknown[][] = [];
        for (let from = 0; from < stream.length; from += size) {
          ok(reader.missing > 0);
          read.push(...batchesOf(reader, Buffer.from(stream.subarray(from, from + size))));
        }
        deepStrictEqual(read, batches, `chunks of ${size}`);
        expect(reader.missing).to.equal(HEADER);
      }
    });

    it('frames in chunks that reuse the same memory', () => {
      const batches = [[{ a: 'text' }], [new Map([[1, 'two']])], [new Uint8Array(100_000).fill(3)], ['last']];
      const stream = Buffer.concat(batches.map(encodeFrame));
      for (const size of [5, 13, 1_000, 70_000]) {
        const reader = new FrameReader({ isReused: true });
        const memory = Buffer.alloc(size);
        const read: unknown[][] = [];
        for (let from = 0; from < stream.length; from += size) {
          const length = stream.copy(memory, 0, from, from + size);
          read.push(...batchesOf(reader, memory.subarray(0, length)));
          memory.fill(0xee);
        }
        expect(read, `chunks of ${size}`).to.deep.equal(batches);
      }
    });

    it('large views that are written straight to their target', () => {
      const batch = [new Uint8Array(200_000).fill(7), Buffer.alloc(80_000, 8)];
      const stream = encodeFrame(batch);
      const reader = new FrameReader();
      let from = 300;
      const read = batchesOf(reader, stream.subarray(0, from));
      for (let target = reader.target; target; target = reader.target) {
        const copied = stream.copy(target, 0, from, from + 30_001);
        from += copied;
        reader.filled(copied, batch => read.push(batch));
      }
      expect(from).to.equal(stream.length);
      expect(read).to.deep.equal([batch]);
    });

    it('the values of a batch, in order', () => {
      expect(batchesOf(new FrameReader(), encodeFrame([1, 'two', null]))).to.deep.equal([[1, 'two', null]]);
      expect(batchesOf(new FrameReader(), encodeFrame([]))).to.deep.equal([[]]);
    });
  });

  it('gives each typed array of a frame memory of its own', () => {
    const frame = encodeFrame([
      [
        new Uint8Array([1]),
        new Uint8Array([2]),
        Buffer.from([3]),
        new Float64Array([4]),
        new DataView(new ArrayBuffer(1)),
      ],
    ]);
    const [[views]] = batchesOf(new FrameReader(), frame) as [[[ArrayBufferView]]];
    const memories = [...views].map(({ buffer }) => buffer);
    expect(new Set(memories).size).to.equal(5);
    for (const view of views) {
      expect(view.byteOffset).to.equal(0);
      expect(view.buffer.byteLength).to.equal(view.byteLength);
    }
    // Changing the received bytes does not change the views either.
    frame.fill(0xff);
    expect((views as unknown as Uint8Array[]).slice(0, 2).map(([first]) => first)).to.deep.equal([1, 2]);
  });

  it('refuses values that v8 cannot serialize', () => {
    expect(() => encodeFrame([() => {}])).to.throw(/could not be cloned/);
    expect(() => encodeValue(Symbol('odd'))).to.throw(/could not be cloned/);
  });

  it('carries a value without a frame', () => {
    expect(decodeValue(encodeValue({ a: new Map([[1, 2]]) }))).to.deep.equal({ a: new Map([[1, 2]]) });
    expect(() => decodeValue(new Uint8Array())).to.throw();
  });

  describe('FrameReader', () => {
    const batches = [['first', { n: 1 }], [new Uint8Array([1, 2, 3])], ['x'.repeat(300)]];
    const stream = Buffer.concat(batches.map(encodeFrame));

    it('reads several frames in one chunk', () => {
      const reader = new FrameReader();
      expect(batchesOf(reader, stream)).to.deep.equal(batches);
      expect(reader.missing).to.equal(HEADER);
    });

    it('reads frames that are cut in two anywhere', () => {
      for (let cut = 0; cut <= stream.length; cut++) {
        const reader = new FrameReader();
        const read = [...batchesOf(reader, stream.subarray(0, cut)), ...batchesOf(reader, stream.subarray(cut))];
        expect(read, `cut at ${cut}`).to.deep.equal(batches);
      }
    });

    it('reads frames that come byte by byte', () => {
      const reader = new FrameReader();
      const read = [...stream].flatMap(byte => batchesOf(reader, Buffer.from([byte])));
      expect(read).to.deep.equal(batches);
    });

    it('is done when the caller reads only the missing bytes each time', () => {
      const reader = new FrameReader();
      const read: unknown[][] = [];
      let sizes = 0;
      for (let at = 0; at < stream.length; sizes++) {
        const { missing } = reader;
        expect(missing).to.be.above(0);
        read.push(...batchesOf(reader, stream.subarray(at, at + missing)));
        at += missing;
      }
      expect(read).to.deep.equal(batches);
      expect(sizes).to.equal(2 * batches.length);
    });

    it('knows how many bytes of a header are missing', () => {
      const reader = new FrameReader();
      expect(reader.missing).to.equal(HEADER);
      batchesOf(reader, stream.subarray(0, 3));
      expect(reader.missing).to.equal(5);
    });

    it('does not copy a large frame again for each small chunk', () => {
      const frame = encodeFrame(['x'.repeat(32 * 1024 * 1024)]);
      const reader = new FrameReader();
      const before = process.memoryUsage().arrayBuffers;
      for (let at = 0; at < frame.length - 1024; at += 1024)
        expect(batchesOf(reader, frame.subarray(at, at + 1024))).to.deep.equal([]);
      expect(process.memoryUsage().arrayBuffers - before).to.be.below(8 * 1024 * 1024);
    });
  });

  describe('bytes that are not a frame', () => {
    it('do not prevent that the frames before them are read', () => {
      const read: unknown[][] = [];
      const frames = Buffer.concat([encodeFrame([1]), encodeFrame([2]), Buffer.alloc(16, 0x80)]);
      expect(() => new FrameReader().read(frames, batch => read.push(batch))).to.throw(/not a frame/);
      expect(read).to.deep.equal([[1], [2]]);
    });
    const good = encodeFrame([1]);
    const table: [what: string, bytes: Buffer, why: RegExp][] = [
      ['garbage', Buffer.from([0x80, 0, 0, 0, 0, 0, 0, 0]), /not a frame \(8000000000000000\)/],
      ['text', Buffer.from('hello world'), /not a frame/],
      ['zeroes', Buffer.alloc(64), /not a frame/],
      [
        'another version',
        frameOf(serialize([1]), { version: 1 }),
        /protocol version 1, but this side speaks version 2/,
      ],
      ['a huge length', frameOf(Buffer.alloc(0), { length: 0xffff_ffff }), /a frame of 4294967295 bytes/],
      ['a length just too large', frameOf(Buffer.alloc(0), { length: MAX_FRAME + 1 }), /more than 1073741824/],
      ['no payload', frameOf(Buffer.alloc(0)), /./],
      ['a payload that cannot be deserialized', frameOf(Buffer.from([0x80, 0, 0, 0])), /./],
      ['a payload that is cut short', frameOf(serialize(['x'.repeat(100)]).subarray(0, 50)), /./],
      ['JSON that does not parse', frameOf(Buffer.from('[1,'), { format: 1 }), /JSON/],
      ['JSON that is not a batch', frameOf(Buffer.from('{}'), { format: 1 }), /does not hold a batch/],
      ['an unknown format', frameOf(serialize([1]), { format: 9 }), /unknown format 9/],
      ['views without their lengths', frameOf(Buffer.from([1, 0]), { format: 2 }), /./],
      ['more views than lengths', frameOf(Buffer.from([9, 0, 0, 0]), { format: 2 }), /9 views, but not the lengths/],
      [
        'huge views',
        frameOf(Buffer.from([255, 255, 255, 255, 1, 0, 0, 0]), { format: 2 }),
        /views have 4294967295 bytes/,
      ],
      ['a payload that is not a batch', frameOf(serialize({ type: 'ready' })), /does not hold a batch/],
      ['garbage after a frame', Buffer.concat([good, Buffer.alloc(8)]), /not a frame/],
    ];
    for (const [what, bytes, why] of table) {
      it(`throws an Error that gives the reason: ${what}`, () => {
        const error = thrownBy(() => batchesOf(new FrameReader(), bytes));
        expect(error).to.be.instanceOf(Error);
        expect((error as Error).message).to.match(why);
      });
    }

    it('throws as soon as the header has arrived', () => {
      const reader = new FrameReader();
      expect(batchesOf(reader, Buffer.alloc(7))).to.deep.equal([]);
      expect(() => batchesOf(reader, Buffer.alloc(1))).to.throw(/not a frame/);
    });

    it('allocates no memory for a length that was only announced', () => {
      const reader = new FrameReader();
      const before = process.memoryUsage();
      batchesOf(reader, frameOf(Buffer.alloc(16), { length: MAX_FRAME }));
      const after = process.memoryUsage();
      expect(reader.missing).to.equal(MAX_FRAME - 16);
      expect(after.arrayBuffers - before.arrayBuffers).to.be.below(1024 * 1024);
      expect(after.rss - before.rss).to.be.below(64 * 1024 * 1024);
    });

    it(`throws only Errors, or reads another value, for a payload with random wrong bytes ${LONG}`, () => {
      const payload = serialize([
        { map: new Map([[1, new Set(['a'])]]), bytes: new Float64Array(4), buffer: Buffer.from('b'), text: 'ä' },
        [new Date(0), /r/g, 12n, Object.assign([1], { 2: 3 }), new DataView(new ArrayBuffer(2)), new RangeError('far')],
      ]);
      const random = randomFrom(29);
      for (let turn = 0; turn < sized(4_000, 20_000); turn++) {
        const damaged = Buffer.from(payload);
        for (let faults = 1 + random(3); faults > 0; faults--) damaged[random(damaged.length)] = random(256);
        const error = thrownBy(() => batchesOf(new FrameReader(), frameOf(damaged)));
        if (error !== undefined) expect(error, damaged.toString('hex')).to.be.instanceOf(Error);
      }
    });
  });
});
