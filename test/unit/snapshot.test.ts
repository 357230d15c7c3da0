/** The snapshot: which fields of an instance are sent to the child, and which are refused. */
import { Readable } from 'node:stream';
import { expect } from 'chai';
import { baselineOf, encodeSnapshot, fieldsOf, SnapshotError } from '../../src/parent/start/snapshot';
import { decodeValue } from '../../src/protocol/frames';
import type { AnySubprocess } from '../../src/subprocess';
import { Subprocess } from '../../src/subprocess';

abstract class Task extends Subprocess {
  field: unknown;
}

/** An instance with these fields that its constructor has not made, so that no process is made. */
function instanceWith(fields: object): Task {
  return Object.defineProperties(Object.create(Task.prototype), Object.getOwnPropertyDescriptors(fields));
}

/** The fields that are sent if `init` has set `fields`. */
const afterInit = (fields: object) => fieldsOf(instanceWith(fields), new Map());

/** The fields that are sent if the instance had `fields` before its `init`. */
function fromBefore(fields: object, init: (instance: any) => void = () => {}): unknown {
  const instance = instanceWith(fields);
  const baseline = baselineOf(instance);
  init(instance);
  return fieldsOf(instance, baseline);
}

class Connection {
  open = true;
}
const nested = (depth: number) => {
  let inner = {};
  for (let level = 0; level < depth; level++) inner = { inner };
  return inner;
};
const IN_RUN = 'create it in run(), or override snapshot() and restore() to choose what crosses';

describe('snapshot', () => {
  it("sends the instance's own fields as they are", () => {
    const fields = { path: 'x', none: undefined, list: [new Map([[1, new Date(0)]])], bytes: new Uint8Array([1]) };
    expect(afterInit(fields)).to.deep.equal(fields);
    expect(decodeValue(encodeSnapshot(afterInit(fields)))).to.deep.equal(fields);
  });

  it('leaves out fields that are not enumerable, and those of the prototype', () => {
    const instance = instanceWith({ a: 1 });
    Object.defineProperty(instance, 'hidden', { value: () => {}, enumerable: false });
    expect(fieldsOf(instance, new Map())).to.deep.equal({ a: 1 });
  });

  it('treats a field called __proto__ as a field', () => {
    const fields = afterInit(JSON.parse('{ "__proto__": { "a": 1 } }')) as object;
    expect(Object.keys(fields)).to.deep.equal(['__proto__']);
    expect(Object.keys(decodeValue(encodeSnapshot(fields)) as object)).to.deep.equal(['__proto__']);
  });

  describe('refuses a value that init has set and that cannot be sent, with its path and advice', () => {
    const notSendable = () => {};
    const table: [what: string, fields: object, message: string][] = [
      [
        'a function',
        { options: { onDone: notSendable } },
        'this.options.onDone is a function: make it a method, or assign it in run()',
      ],
      ['a class', { type: Connection }, `this.type is a class: ${IN_RUN}`],
      ['a symbol', { tag: Symbol('t') }, `this.tag is a symbol: ${IN_RUN}`],
      ['a Proxy', { list: [new Proxy({}, {})] }, `this.list[0] is a Proxy: ${IN_RUN}`],
      ['a Promise', { later: Promise.resolve() }, `this.later is a Promise: ${IN_RUN}`],
      ['a WeakMap', { cache: new WeakMap() }, `this.cache is a WeakMap: ${IN_RUN}`],
      ['a generator', { numbers: (function* () {})() }, `this.numbers is a Generator: ${IN_RUN}`],
      [
        'a URL',
        { at: { url: new URL('http://x') } },
        `this.at.url is an instance of URL, which would lose its class: ${IN_RUN}`,
      ],
      [
        'a class instance',
        { db: new Connection() },
        `this.db is an instance of Connection, which would lose its class: ${IN_RUN}`,
      ],
      [
        'a stream',
        { input: Readable.from([]) },
        `this.input is an instance of Readable, which would lose its class: ${IN_RUN}`,
      ],
      [
        'a getter that throws',
        {
          options: {
            get bad() {
              throw new Error('no');
            },
          },
        },
        `this.options.bad has a getter that throws (Error: no): ${IN_RUN}`,
      ],
      [
        'a key of a Map',
        { map: new Map([[notSendable, 1]]) },
        'this.map[key of the Map] is a function: make it a method, or assign it in run()',
      ],
      [
        'a field whose key is a symbol',
        { [Symbol('key')]: 1 },
        `this[Symbol(key)] has a symbol for its key: ${IN_RUN}`,
      ],
    ];
    for (const [what, fields, message] of table) {
      it(what, () => {
        expect(() => afterInit(fields)).to.throw(SnapshotError, message);
      });
    }

    it('a field whose own getter throws', () => {
      const fields = {
        get bad() {
          throw new Error('no');
        },
      };
      expect(() => afterInit(fields)).to.throw(SnapshotError, /^this\.bad has a getter that throws \(Error: no\)/);
    });

    it('an object 1e5 deep', () => {
      const fields = { fine: 1, deep: nested(100_000) };
      expect(() => encodeSnapshot(afterInit(fields))).to.throw(SnapshotError, /\bdeep\b.*less deep/);
    });
  });

  describe('refuses a field that hides a member', () => {
    for (const name of ['process', 'signal', 'emit', 'wait', 'state$', 'command$', 'iteration$', 'constructor']) {
      it(name, () => {
        const message = `this.${name} hides the member of that name: give the field another name`;
        expect(() => afterInit({ [name]: 1 })).to.throw(SnapshotError, message);
        expect(() => fromBefore({ [name]: () => {} })).to.throw(SnapshotError, message);
      });
    }

    it('except the methods that users write', () => {
      const hooks = { run: () => {}, begin: () => {}, loop: () => {}, end: () => {}, restore: () => {} };
      expect(fromBefore({ ...hooks, a: 1 })).to.deep.equal({ a: 1 });
    });
  });

  describe('a field that cannot be sent', () => {
    const logger = new Connection();
    const fields = { logger, onDone: () => {}, later: Promise.resolve(), [Symbol('key')]: () => {}, name: 'x' };

    it('is left out if init has not changed it, since the child has its own', () => {
      expect(fromBefore(fields)).to.deep.equal({ name: 'x' });
    });

    it('is refused if init has set another value that cannot be sent', () => {
      expect(() => fromBefore(fields, instance => (instance.logger = new Connection()))).to.throw(
        /^this\.logger is an/,
      );
      expect(() => fromBefore(fields, instance => (instance.onDone = () => {}))).to.throw(
        /^this\.onDone is a function/,
      );
    });

    it('is sent if init has set a value that can be sent', () => {
      expect(fromBefore(fields, instance => (instance.logger = 'plain'))).to.deep.equal({ logger: 'plain', name: 'x' });
    });

    it('is refused if init has put it into a field that could be sent before', () => {
      const addFunction = (instance: any) => (instance.options.onDone = () => {});
      expect(() => fromBefore({ options: {} }, addFunction)).to.throw(/^this\.options\.onDone is a function/);
    });

    it('is left out even if init changes something inside it', () => {
      const addField = (instance: any) => (instance.logger.inner = { deep: true });
      expect(fromBefore({ logger: new Connection() }, addField)).to.deep.equal({});
    });
  });

  it('sends a field that could be sent before init, and still can', () => {
    expect(fromBefore({ list: [1] }, instance => instance.list.push(2))).to.deep.equal({ list: [1, 2] });
  });

  it('ignores a getter that throws before init', () => {
    const fields = {
      get bad() {
        throw new Error('no');
      },
    };
    expect(() => baselineOf(instanceWith(fields) as AnySubprocess)).not.to.throw();
  });

  it('checks what an overridden snapshot() returns', () => {
    expect(decodeValue(encodeSnapshot('anything'))).to.equal('anything');
    expect(decodeValue(encodeSnapshot(undefined))).to.equal(undefined);
    expect(() => encodeSnapshot({ db: new Connection() })).to.throw(
      SnapshotError,
      'snapshot().db is an instance of Connection, which would lose its class',
    );
  });
});
