/** The snapshot: what of an instance crosses to the child, and what is refused by its path. */
import { Readable } from 'node:stream';
import { expect } from 'chai';
import type { AnySubprocess } from '../../src/model/types';
import { baselineOf, encodeSnapshot, fieldsOf, SnapshotError } from '../../src/parent/start/snapshot';
import { decodeValue } from '../../src/protocol/frames';
import { Subprocess } from '../../src/subprocess';

abstract class Task extends Subprocess {
  field: unknown;
}

/** An instance that no constructor has adopted, so that no process is made, with fields as a class defines them. */
function instanceWith(fields: object): Task {
  return Object.defineProperties(Object.create(Task.prototype), Object.getOwnPropertyDescriptors(fields));
}

/** What crosses of an instance whose `init` has set `fields`. */
const afterInit = (fields: object) => fieldsOf(instanceWith(fields), new Map());

/** What crosses of an instance that had `fields` before its `init`. */
function unchanged(fields: object, init: (instance: any) => void = () => {}): unknown {
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
  it("takes the instance's own fields as they are", () => {
    const fields = { path: 'x', none: undefined, list: [new Map([[1, new Date(0)]])], bytes: new Uint8Array([1]) };
    expect(afterInit(fields)).to.deep.equal(fields);
    expect(decodeValue(encodeSnapshot(afterInit(fields)))).to.deep.equal(fields);
  });

  it('leaves out what is not enumerable, and what the prototype has', () => {
    const instance = instanceWith({ a: 1 });
    Object.defineProperty(instance, 'hidden', { value: () => {}, enumerable: false });
    expect(fieldsOf(instance, new Map())).to.deep.equal({ a: 1 });
  });

  it('takes a field by the name of __proto__ as a field', () => {
    const fields = afterInit(JSON.parse('{ "__proto__": { "a": 1 } }')) as object;
    expect(Object.keys(fields)).to.deep.equal(['__proto__']);
    expect(Object.keys(decodeValue(encodeSnapshot(fields)) as object)).to.deep.equal(['__proto__']);
  });

  describe('refuses what init has set and what would not survive, with its path and the way out', () => {
    const bad = () => {};
    const table: [what: string, fields: object, message: string][] = [
      [
        'a function',
        { options: { onDone: bad } },
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
        { map: new Map([[bad, 1]]) },
        'this.map[key of the Map] is a function: make it a method, or assign it in run()',
      ],
      [
        'a field with a symbol for its key',
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

  describe('a field that shadows a member is refused', () => {
    for (const name of ['process', 'signal', 'emit', 'wait', 'state$', 'command$', 'iteration$', 'constructor']) {
      it(name, () => {
        const message = `this.${name} hides the member of that name: give the field another name`;
        expect(() => afterInit({ [name]: 1 })).to.throw(SnapshotError, message);
        expect(() => unchanged({ [name]: () => {} })).to.throw(SnapshotError, message);
      });
    }

    it('bar the methods that people write themselves', () => {
      const hooks = { run: () => {}, begin: () => {}, loop: () => {}, end: () => {}, restore: () => {} };
      expect(unchanged({ ...hooks, a: 1 })).to.deep.equal({ a: 1 });
    });
  });

  describe('a field that could not cross', () => {
    const logger = new Connection();
    const fields = { logger, onDone: () => {}, later: Promise.resolve(), [Symbol('key')]: () => {}, name: 'x' };

    it('is left out where it is the same after init as before, since the child has its own', () => {
      expect(unchanged(fields)).to.deep.equal({ name: 'x' });
    });

    it('is refused where init has set another one', () => {
      expect(() => unchanged(fields, instance => (instance.logger = new Connection()))).to.throw(/^this\.logger is an/);
      expect(() => unchanged(fields, instance => (instance.onDone = () => {}))).to.throw(/^this\.onDone is a function/);
    });

    it('crosses where init has set what can', () => {
      expect(unchanged(fields, instance => (instance.logger = 'plain'))).to.deep.equal({ logger: 'plain', name: 'x' });
    });

    it('is refused where init has put it into a field that could cross before', () => {
      const spoil = (instance: any) => (instance.options.onDone = () => {});
      expect(() => unchanged({ options: {} }, spoil)).to.throw(/^this\.options\.onDone is a function/);
    });

    it('is left out whatever init does inside it', () => {
      const grow = (instance: any) => (instance.logger.inner = { deep: true });
      expect(unchanged({ logger: new Connection() }, grow)).to.deep.equal({});
    });
  });

  it('takes a field that could cross before init, and still can', () => {
    expect(unchanged({ list: [1] }, instance => instance.list.push(2))).to.deep.equal({ list: [1, 2] });
  });

  it('takes no offence, before init, at a field whose getter throws', () => {
    const fields = {
      get bad() {
        throw new Error('no');
      },
    };
    expect(() => baselineOf(instanceWith(fields) as AnySubprocess)).not.to.throw();
  });

  it('judges what an overridden snapshot() gives', () => {
    expect(decodeValue(encodeSnapshot('anything'))).to.equal('anything');
    expect(decodeValue(encodeSnapshot(undefined))).to.equal(undefined);
    expect(() => encodeSnapshot({ db: new Connection() })).to.throw(
      SnapshotError,
      'snapshot().db is an instance of Connection, which would lose its class',
    );
  });
});
