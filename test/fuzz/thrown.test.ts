/** Fuzz of what is thrown: whatever it is, it arrives as a RemoteError. */
import { expect } from 'chai';
import fc from 'fast-check';
import { isRemoteError, type RemoteError } from '../../src/errors';
import type { EventOf } from '../../src/events';
import { initialFacts } from '../../src/parent/facts';
import { interpret } from '../../src/parent/interpret';
import { FrameReader } from '../../src/protocol/frame-reader';
import { encodeError } from '../../src/protocol/remote-error';
import { isReport, type Report } from '../../src/protocol/to-parent';
import { batchesOf } from '../support/batches';
import { encodeFrame } from '../support/frame';
import { LONG, sized } from '../support/long';
import { cloneable } from './cloneable';

/** Each is a function that makes what it is about: some can be looked at only once. */
type Make = () => unknown;
const always =
  (value: unknown): Make =>
  () =>
    value;

/** A getter that answers so many times, and throws from then on. */
function moody(answers: number, value: unknown): object {
  let left = answers;
  return {
    get field() {
      left -= 1;
      if (left < 0) throw new Error('asked too often');
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
  () => moody(0, 1),
  () => moody(1, 1),
  () => moody(2, 1),
  () => moody(3, 1),
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

/** Errors with anything for a name, a message, a cause, a field; chains, lists and circles of them. */
const { thrown } = fc.letrec<{ thrown: Make; error: Make; field: [string, Make, boolean] }>(tie => ({
  thrown: fc.oneof({ depthSize: 'medium', withCrossShrink: true }, plain, tie('error')),
  field: fc.tuple(fc.oneof(fc.constantFrom(...FIELDS), fc.string()), tie('thrown'), fc.boolean()),
  error: fc.tuple(fc.constantFrom(...ERRORS), fc.array(tie('field'), { maxLength: 4 }), fc.boolean()).map(
    ([make, fields, circular]): Make =>
      () => {
        const error = make();
        if (Object.isFrozen(error)) return error;
        // Formatted now: a source-map support would look at the name while a field is defined.
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

/** As it goes: the child encodes and frames it, the parent reads and folds it. */
function deliver(value: unknown): RemoteError {
  const frame = encodeFrame([{ type: 'failed', during: 'run', error: encodeError(value) } satisfies Report]);
  expect(frame.length).to.be.below(64 * 2 ** 20);
  const [batch] = batchesOf(new FrameReader(), frame);
  const said = batch?.[0];
  if (!isReport(said)) throw new Error('it is no report');
  const { events } = interpret(initialFacts('Task'), { type: 'report', report: said, at: 0, clock: 0 });
  const [failed] = events as EventOf<'failed'>[];
  if (!failed || !isRemoteError(failed.error)) throw new Error('it is no RemoteError');
  return failed.error;
}

function expectTold(error: RemoteError): void {
  const { name, message, stack } = error.remote;
  for (const each of [name, message, stack, error.message, error.stack]) expect(each).to.be.a('string');
  expect(message.length).to.be.below(64 * 1024 + 100);
  if (error.cause !== undefined) expectTold(error.cause as RemoteError);
  for (const each of error.errors ?? []) expectTold(each);
}

describe('fuzz of what is thrown', function () {
  this.timeout(30_000);

  it(`anything arrives as a RemoteError ${LONG}`, () => {
    fc.assert(
      fc.property(thrown, make => expectTold(deliver(make()))),
      { numRuns: sized(400, 1_500) },
    );
  });

  for (let looks = 0; looks < 8; looks++) {
    it(`a field whose getter throws from the look ${looks + 1} on`, () => {
      expectTold(deliver(Object.assign(new Error('moody'), { inner: moody(looks, 'value') })));
      expectTold(deliver(moody(looks, 'value')));
    });
  }

  it('what could cross and was thrown arrives with it', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.integer(), fc.constantFrom(null, undefined, true)), value => {
        expect(deliver(value).remote.thrown).to.equal(value);
      }),
      { numRuns: 100 },
    );
  });
});
