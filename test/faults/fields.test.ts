/** FAULTS 7: fields that cannot be sent. */
import { expect } from 'chai';
import { fixture } from '../support/fixture';
import { noProcess, startFails } from '../support/start-fails';

const starters = fixture<typeof import('../fixtures/starters')>('starters');

describe('7 init and its fields', () => {
  for (const Type of [starters.InitThrows, starters.InitRejects]) {
    it(Type.name, async () => {
      const { exit, error, states } = await startFails(new Type(), 'init', /init\(\) threw in the parent: RangeError/);
      expect(exit).to.include(noProcess);
      expect((error as any).cause.message).to.equal('init failed');
      expect(states).to.deep.equal(['created', 'exited']);
    });
  }
  const deep: Record<string, unknown> = {};
  let at = deep;
  for (let depth = 0; depth < 1e5; depth++) {
    at['in'] = {};
    at = at['in'] as Record<string, unknown>;
  }
  const bad: [what: string, value: () => unknown, told: RegExp][] = [
    ['a function', () => () => {}, /this\.options\.inner is a function: make it a method, or assign it in run\(\)/],
    ['a class', () => class {}, /this\.options\.inner is a class/],
    ['a Proxy', () => new Proxy({}, {}), /this\.options\.inner is a Proxy/],
    ['a URL', () => new URL('http://localhost'), /this\.options\.inner is an instance of URL/],
    ['a class instance', () => new (class Point {})(), /instance of Point, which would lose its class/],
    ['a stream', () => process.stdout, /this\.options\.inner is an instance of/],
    ['a Promise', () => Promise.resolve(), /this\.options\.inner is a Promise/],
    ['a symbol', () => Symbol('x'), /this\.options\.inner is a symbol/],
    [
      'a getter that throws',
      () => ({
        get value() {
          throw new Error('no');
        },
      }),
      /this\.options\.inner\.value has a getter that throws/,
    ],
    ['1e5 deep', () => deep, /this\.options is nested more than 1000 levels deep.*: make it less deep/],
  ];
  for (const [what, value, told] of bad) {
    it(what, async () => {
      const { exit, states } = await startFails(new starters.WithField(value()), 'snapshot', told);
      expect(exit).to.include(noProcess);
      expect(states).to.deep.equal(['created', 'exited']);
    });
  }
  it('a field that hides a member', async () => {
    await startFails(new starters.Shadowing(), 'snapshot', /this\.signal hides the member/);
  });
  it('fields that the child makes itself need not be sent', async () => {
    const seen = await new starters.WithField(new Map([[1, 2]])).result();
    expect(seen).to.deep.equal({ options: { inner: new Map([[1, 2]]) }, logger: true, arrow: 'secret' });
  });
  it('a constructor that needs its arguments', async () => {
    expect(await new starters.NeedsArgument({ name: 'given' }).result()).to.equal('given');
  });
  it('snapshot and restore choose what is sent', async () => {
    expect(await new starters.Chosen('name').result()).to.equal('restored name');
  });
});
