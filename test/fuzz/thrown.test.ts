/** Fuzz of thrown values: each arrives as a RemoteError. */
import { expect } from 'chai';
import fc from 'fast-check';
import { isRemoteError, type RemoteError } from '../../src/model/errors';
import type { EventOf } from '../../src/model/events';
import { initialFacts } from '../../src/parent/follow/facts';
import { interpret } from '../../src/parent/follow/interpret';
import { FrameReader } from '../../src/protocol/frame-reader';
import { encodeError } from '../../src/protocol/remote-error';
import { isReport, type Report } from '../../src/protocol/to-parent';
import { batchesOf } from '../support/batches';
import { encodeFrame } from '../support/frame';
import { LONG, sized } from '../support/long';
import { cloneable } from './cloneable';

/** Makes a value to throw. A function, since some values can be read only once. */
type Make = () => unknown;
const always =
  (value: unknown): Make =>
  () =>
    value;

/** An object whose getter returns so many times, then throws. */
function throwsAfter(reads: number, value: unknown): object {
  let remaining = reads;
  return {
    get field() {
      remaining -= 1;
      if (remaining < 0) throw new Error('read too often');
      return value;
    },
  };
}

const hostileTraps: ProxyHandler<object> = Object.fromEntries(
  ['get', 'has', 'ownKeys', 'getPrototypeOf', 'getOwnPropertyDescriptor'].map(trap => [
    trap,
    () => {
      throw new Error(`trap ${trap}`);
    },
  ]),
);

const revoked = () => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
};

const odd: fc.Arbitrary<Make> = fc.constantFrom<Make>(
  always(Symbol('thrown')),
  always(() => 'a function'),
  always(class Thrown {}),
  always(Promise.resolve()),
  always(new WeakMap()),
  always(new URL('http://localhost')),
  always(new DOMException('aborted', 'AbortError')),
  always(Object.create(null)),
  always(Object.create(Error.prototype)),
  always(globalThis),
  () => new Proxy({}, hostileTraps),
  () => new Proxy(new Error('behind a proxy'), {}),
  revoked,
  () => ({ [Symbol.toStringTag]: 'Error' }),
  () => ({
    get [Symbol.toStringTag](): never {
      throw new Error('tag');
    },
  }),
  () => ({
    toJSON() {
      throw new Error('toJSON');
    },
    toString() {
      throw new Error('toString');
    },
  }),
  () => ({ toJSON: () => undefined, [Symbol.toPrimitive]: () => ({}) }),
  () => 'x'.repeat(200_000),
  () => Buffer.alloc(200_000),
  () => throwsAfter(0, 1),
  () => throwsAfter(1, 1),
  () => throwsAfter(2, 1),
  () => throwsAfter(3, 1),
);

const plain: fc.Arbitrary<Make> = fc.oneof(
  { weight: 1, arbitrary: cloneable.map(always) },
  { weight: 1, arbitrary: odd },
);

function attempt(look: () => unknown): void {
  try {
    look();
  } catch {}
}

const FIELDS = ['name', 'message', 'stack', 'cause', 'errors', 'code', '__proto__', 'data', 'thrown', 'remote'];
const ERRORS = [
  (): Error => new Error('plain'),
  () => new TypeError('of a type'),
  () => new AggregateError([new Error('one'), null, 'two'], 'many'),
  () => Object.freeze(new Error('frozen')),
  () => new (class extends Error {})('of a class'),
  () =>
    new (class extends Error {
      override get message(): string {
        throw new Error('message');
      }
      override get stack(): string {
        throw new Error('stack');
      }
      override toString(): string {
        throw new Error('toString');
      }
    })(),
];

/** Errors with any name, message, cause and fields; chains, lists and cycles of errors. */
const { thrown } = fc.letrec<{ thrown: Make; error: Make; field: [string, Make, boolean] }>(tie => ({
  thrown: fc.oneof({ depthSize: 'medium', withCrossShrink: true }, plain, tie('error')),
  field: fc.tuple(fc.oneof(fc.constantFrom(...FIELDS), fc.string()), tie('thrown'), fc.boolean()),
  error: fc.tuple(fc.constantFrom(...ERRORS), fc.array(tie('field'), { maxLength: 4 }), fc.boolean()).map(
    ([make, fields, circular]): Make =>
      () => {
        const error = make();
        if (Object.isFrozen(error)) return error;
        // Format the stack now: source-map support would read the name while a field is defined.
        attempt(() => error.stack);
        for (const [key, value, throws] of fields) {
          const get = () => {
            if (throws) throw new Error(`getter ${key}`);
            return made;
          };
          const made = value();
          attempt(() => Object.defineProperty(error, key, { get, enumerable: true, configurable: true }));
        }
        if (circular) Object.defineProperty(error, 'cause', { value: { inner: error }, configurable: true });
        return error;
      },
  ),
}));

/** Delivers a value as the library does: the child encodes and frames it, the parent reads and interprets it. */
function deliver(value: unknown): RemoteError {
  const frame = encodeFrame([{ type: 'failed', during: 'run', error: encodeError(value) } satisfies Report]);
  expect(frame.length).to.be.below(64 * 2 ** 20);
  const [batch] = batchesOf(new FrameReader(), frame);
  const report = batch?.[0];
  if (!isReport(report) || report.type !== 'failed') throw new Error('it is not a report of a failure');
  const { events } = interpret(initialFacts('Task'), { type: 'report', report, at: 0, clock: 0 });
  const [failed] = events as EventOf<'failed'>[];
  if (!failed || !isRemoteError(failed.error)) throw new Error('it is not a RemoteError');
  return failed.error;
}

function expectComplete(error: RemoteError): void {
  const { name, message, stack } = error.remote;
  for (const each of [name, message, stack, error.message, error.stack]) expect(each).to.be.a('string');
  expect(message.length).to.be.below(64 * 1024 + 100);
  if (error.cause !== undefined) expectComplete(error.cause as RemoteError);
  for (const each of error.errors ?? []) expectComplete(each);
}

describe('fuzz of thrown values', function () {
  this.timeout(30_000);

  it(`anything arrives as a RemoteError ${LONG}`, () => {
    fc.assert(
      fc.property(thrown, make => expectComplete(deliver(make()))),
      { numRuns: sized(200, 1_500) },
    );
  });

  for (let reads = 0; reads < 8; reads++) {
    it(`a field whose getter throws from read ${reads + 1} on`, () => {
      expectComplete(deliver(Object.assign(new Error('getter'), { inner: throwsAfter(reads, 'value') })));
      expectComplete(deliver(throwsAfter(reads, 'value')));
    });
  }

  it('a thrown value that can be sent arrives in remote.thrown', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.integer(), fc.constantFrom(null, undefined, true)), value => {
        expect(deliver(value).remote.thrown).to.equal(value);
      }),
      { numRuns: 100 },
    );
  });
});
