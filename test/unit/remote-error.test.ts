/** encodeError and decodeError: any thrown value arrives, and encoding it never throws. */
import vm from 'node:vm';
import { expect } from 'chai';
import { isRemoteError, type RemoteError } from '../../src/model/errors';
import { FrameReader } from '../../src/protocol/frame-reader';
import { decodeError, encodeError, isEncodedError } from '../../src/protocol/remote-error';
import { isReport } from '../../src/protocol/to-parent';
import { batchesOf } from '../support/batches';
import { encodeFrame } from '../support/frame';

const KIB_64 = 64 * 1024;

/** Sends a thrown value as the child does, and returns the RemoteError that the parent makes. */
function arrive(thrown: unknown): RemoteError {
  const report = { type: 'failed', during: 'run', error: encodeError(thrown) };
  const [received] = batchesOf(new FrameReader(), encodeFrame([report])).flat();
  if (!isReport(received) || received.type !== 'failed') throw new Error('it is not a report');
  return decodeError(received.error, 'Task.run() threw in the child (pid 7)', { subprocess: 'Task', pid: 7 });
}

/** The error and its causes. */
function chain(error: unknown): Error[] {
  return error instanceof Error ? [error, ...chain(error.cause)] : [];
}

const throwing = (): never => {
  throw new Error('a trap');
};

/** An Error whose fields are all getters that throw. */
function hostile(): Error {
  const error = new Error('x');
  for (const key of ['stack', 'name', 'message', 'cause', 'errors', 'constructor', 'own', Symbol.toStringTag]) {
    Object.defineProperty(error, key, { get: throwing, enumerable: true });
  }
  return error;
}

describe('encodeError and decodeError', () => {
  it('carries name, message and stack of an error', () => {
    const thrown = new RangeError('too far');
    const error = arrive(thrown);
    expect(isRemoteError(error)).to.equal(true);
    expect(error.message).to.equal('Task.run() threw in the child (pid 7): RangeError: too far');
    expect(error.remote).to.deep.equal({ name: 'RangeError', message: 'too far', stack: thrown.stack, data: {} });
    expect(error.stack).to.include(thrown.stack?.split('\n')[1]);
    expect(error).to.include({ subprocess: 'Task', pid: 7, name: 'RemoteError' });
    expect(error).not.to.have.property('cause');
    expect(error).not.to.have.property('errors');
  });

  it("carries an error's own fields, without those that cannot be sent", () => {
    const thrown = Object.assign(new Error('no such file'), {
      code: 'ENOENT',
      errno: -2,
      when: new Date(0),
      none: null,
      retry: () => {},
      socket: new Proxy({}, {}),
      huge: 'x'.repeat(KIB_64 + 1),
    });
    expect(arrive(thrown).remote.data).to.deep.equal({ code: 'ENOENT', errno: -2, when: new Date(0), none: null });
  });

  it('carries a field named __proto__ as a field', () => {
    const thrown = new Error('odd');
    Object.defineProperty(thrown, '__proto__', { value: { polluted: true }, enumerable: true });
    const { data } = arrive(thrown).remote;
    expect(Object.keys(data)).to.deep.equal(['__proto__']);
    expect(data).not.to.have.property('polluted');
  });

  describe('a thrown value that is not an Error', () => {
    const table: [what: string, thrown: unknown, message: RegExp][] = [
      ['null', null, /NonError: null was thrown, which is not an Error$/],
      ['undefined', undefined, /undefined was thrown/],
      ['a string', 'oops', /"oops" was thrown/],
      ['a number', -0, /0 was thrown/],
      ['a bigint', 3n, /3 was thrown/],
      ['a frozen object', Object.freeze({ code: 3 }), /\{"code":3\} was thrown/],
      ['an array', [1, 2], /\[1,2\] was thrown/],
    ];
    for (const [what, thrown, message] of table) {
      it(`arrives unchanged: ${what}`, () => {
        const error = arrive(thrown);
        expect(error.message).to.match(message);
        expect(error.remote).to.have.property('thrown');
        expect(error.remote.thrown).to.deep.equal(thrown);
      });
    }

    it('arrives as text if it cannot be sent', () => {
      for (const thrown of [Symbol('odd'), () => {}, new Proxy({}, {}), Promise.resolve(), new URL('http://x/')]) {
        const { remote } = arrive(thrown);
        expect(remote.name).to.equal('NonError');
        expect(remote).not.to.have.property('thrown');
      }
    });
  });

  it('carries a frozen error', () => {
    expect(arrive(Object.freeze(new Error('cold'))).remote.message).to.equal('cold');
  });

  it('carries an error of another realm', () => {
    const thrown = vm.runInNewContext("Object.assign(new TypeError('foreign'), { code: 1 })");
    expect(thrown).not.to.be.instanceOf(Error);
    expect(arrive(thrown).remote).to.deep.include({ name: 'TypeError', message: 'foreign', data: { code: 1 } });
  });

  it('carries a DOMException', () => {
    expect(arrive(new DOMException('given up', 'AbortError')).remote).to.include({
      name: 'AbortError',
      message: 'given up',
    });
  });

  it('carries the causes', () => {
    const thrown = new Error('outer', { cause: new TypeError('middle', { cause: 'the root' }) });
    const [, middle, root, ...more] = chain(arrive(thrown));
    expect((middle as RemoteError).remote).to.include({ name: 'TypeError', message: 'middle' });
    expect((root as RemoteError).remote).to.include({ name: 'NonError', thrown: 'the root' });
    expect(more).to.deep.equal([]);
  });

  it('encodes each error of a cyclic cause once', () => {
    const one = new Error('one');
    const two = new Error('two', { cause: one });
    one.cause = two;
    expect(chain(arrive(one)).map(error => (error as RemoteError).remote.message)).to.deep.equal(['one', 'two']);
    one.cause = one;
    expect(chain(arrive(one))).to.have.length(1);
  });

  it('cuts off a very long chain of causes', () => {
    let thrown = new Error('root');
    for (let depth = 0; depth < 10_000; depth++) thrown = new Error(`${depth}`, { cause: thrown });
    expect(chain(arrive(thrown)).length).to.be.within(10, 100);
  });

  it("carries an AggregateError's errors, but not itself among them", () => {
    const thrown = new AggregateError([new TypeError('first'), 'second'], 'both');
    thrown.errors.push(thrown);
    const { errors } = arrive(thrown);
    expect(errors?.map(({ remote }) => remote.message)).to.deep.equal([
      'first',
      '"second" was thrown, which is not an Error',
    ]);
    expect(errors?.every(isRemoteError)).to.equal(true);
  });

  it('stays small where errors hold the same errors again and again', () => {
    let thrown: Error = new Error('leaf');
    for (let depth = 0; depth < 7; depth++) thrown = new AggregateError([thrown, thrown, thrown, thrown]);
    expect(encodeFrame([encodeError(thrown)]).length).to.be.below(8 * 1024 * 1024);
  });

  it('cuts every text at 64 KiB', () => {
    const long = 'x'.repeat(50 * 1024 * 1024);
    const thrown = new Error(long, { cause: long });
    thrown.name = long;
    const encoded = encodeError(thrown);
    for (const text of [encoded.name, encoded.message, encoded.stack, encoded.cause?.message]) {
      expect(text?.length).to.be.within(KIB_64, KIB_64 + 100);
    }
    expect(encoded.message).to.match(/x\.\.\. \(52428800 characters\)$/);
    expect(encodeFrame([encoded]).length).to.be.below(1024 * 1024);
  });

  describe('never throws, and returns an EncodedError', () => {
    const revoked = Proxy.revocable({}, {});
    revoked.revoke();
    const trapped = new Proxy(new Error('inside'), {
      get: throwing,
      has: throwing,
      ownKeys: throwing,
      getPrototypeOf: throwing,
      getOwnPropertyDescriptor: throwing,
    });
    const cyclic: unknown[] = [];
    cyclic.push(cyclic);
    const table: [what: string, thrown: unknown][] = [
      ['an error whose getters throw', hostile()],
      ['an object whose getters throw', { toString: throwing, toJSON: throwing, [Symbol.toPrimitive]: throwing }],
      ['a Proxy whose traps throw', trapped],
      ['a revoked Proxy', revoked.proxy],
      ['an object without a prototype', Object.create(null)],
      ['an object with a bigint', { big: 1n }],
      ['a cyclic array', cyclic],
      [
        'fields that are not strings',
        Object.assign(new Error(), { name: Symbol('n'), message: { toString: throwing } }),
      ],
      ['a stack that is not a string', Object.assign(new Error('x'), { stack: [1, 2] })],
      ['errors that are not an array', Object.assign(new Error('x'), { errors: 'none' })],
      ['errors that are a revoked Proxy', Object.assign(new Error('x'), { errors: revoked.proxy })],
      [
        'errors that are a Proxy whose traps throw',
        Object.assign(new Error('x'), { errors: new Proxy([], { get: throwing }) }),
      ],
      [
        'errors with an entry whose getter throws',
        Object.assign(new Error('x'), { errors: Object.defineProperty([1], 0, { get: throwing }) }),
      ],
      ['a million errors', Object.assign(new Error('x'), { errors: new Array(1_000_000).fill(1) })],
      ['a field that throws', Object.defineProperty(new Error('x'), 'own', { get: throwing, enumerable: true })],
      ['a field that is nested 1e5 deep', Object.assign(new Error('x'), { deep: nested(100_000) })],
      ['an object that is nested 1e5 deep', nested(100_000)],
    ];
    for (const [what, thrown] of table) {
      it(what, () => {
        expect(isEncodedError(encodeError(thrown))).to.equal(true);
        expect(isRemoteError(arrive(thrown))).to.equal(true);
      });
    }
  });
});

function nested(depth: number): object {
  let inner = {};
  for (let level = 0; level < depth; level++) inner = { inner };
  return inner;
}
