/** isOrder and isReport: refuse every value that is not an order or a report. */
import { expect } from 'chai';
import { encodeError } from '../../src/protocol/remote-error';
import { isOrder } from '../../src/protocol/to-child';
import { isReport } from '../../src/protocol/to-parent';

const error = encodeError(new Error('x', { cause: new Error('y') }));
/** An inherited type: it was not sent. */
const inherited = Object.create({ type: 'stop', command: 1 });
const NEITHER = [
  undefined,
  null,
  0,
  '',
  'stop',
  [],
  {},
  { type: undefined },
  { type: 'unknown' },
  { type: 3 },
  inherited,
];
const ODD_TYPES = ['toString', 'constructor', '__proto__', 'hasOwnProperty'].map(type => ({ type }));

describe('isOrder', () => {
  const orders = [
    { type: 'prime', kind: 'once', module: '/x.js', target: { name: 'Task', text: '' } },
    { type: 'start', state: new Uint8Array() },
    { type: 'start', state: '{}' },
    { type: 'commands', values: [{ any: 1 }, undefined] },
    { type: 'acknowledge', count: 3 },
    { type: 'final' },
    { type: 'stop' },
    { type: 'sigterm' },
    { type: 'stop', ends: 'entered' },
  ];
  for (const order of orders) {
    it(`is true for ${JSON.stringify(order)}`, () => expect(isOrder(order)).to.equal(true));
  }

  const others = [
    ...NEITHER,
    ...ODD_TYPES,
    { type: 'prime' },
    { type: 'start' },
    { type: 'start', state: [] },
    { type: 'commands' },
    { type: 'commands', values: 'all' },
    { type: 'acknowledge' },
  ];
  for (const other of others) {
    it(`is false for ${JSON.stringify(other)}`, () => expect(isOrder(other)).to.equal(false));
  }
});

describe('isReport', () => {
  const reports = [
    ...['primed', 'up', 'ready', 'entered', 'handles-stop', 'stopping', 'stalled', 'done'].map(type => ({ type })),
    { type: 'messages', values: [] },
    { type: 'messages', values: [undefined, { type: 'exited' }] },
    { type: 'iteration', index: 0, duration: 1.5, sleep: 0 },
    { type: 'iteration', index: 0, duration: 1.5, sleep: false },
    { type: 'result' },
    { type: 'result', value: undefined },
    { type: 'received', count: 1 },
    { type: 'sigterm', listens: true },
    { type: 'failed', during: 'run', error },
    { type: 'failed', during: 'run', error: { ...error, errors: [error] } },
  ];
  for (const report of reports) {
    it(`is true for ${JSON.stringify(report).slice(0, 80)}`, () => expect(isReport(report)).to.equal(true));
  }

  const others = [
    ...NEITHER,
    ...ODD_TYPES,
    { type: 'messages' },
    { type: 'messages', values: { length: 1 } },
    { type: 'received' },
    { type: 'received', count: '1' },
    { type: 'sigterm' },
    { type: 'sigterm', listens: 1 },
    { type: 'iteration', index: 0, duration: 1 },
    { type: 'iteration', index: 0, duration: 1, sleep: true },
    { type: 'iteration', index: '0', duration: 1, sleep: 0 },
    { type: 'failed', during: 'run' },
    { type: 'failed', error },
    { type: 'failed', during: 'run', error: 'oops' },
    { type: 'failed', during: 'run', error: { ...error, stack: undefined } },
    { type: 'failed', during: 'run', error: { ...error, data: null } },
    { type: 'failed', during: 'run', error: { ...error, cause: 'why' } },
    { type: 'failed', during: 'run', error: { ...error, errors: [null] } },
    { type: 'stop' },
  ];
  for (const other of others) {
    it(`is false for ${String(JSON.stringify(other)).slice(0, 80)}`, () => expect(isReport(other)).to.equal(false));
  }
});
