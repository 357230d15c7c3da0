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
    { type: 'posts', values: [{ any: 1 }] },
    { type: 'acknowledge', count: 3 },
    { type: 'final' },
    { type: 'stop' },
    { type: 'sigterm' },
    { type: 'stop', ends: 'entered' },
    { type: 'observe', ask: 'changes', interval: 250 },
    { type: 'control', id: '1.2', act: 'restart' },
    { type: 'output', followId: 1, id: '1.2', ask: 'more' },
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
    { type: 'posts' },
    { type: 'posts', values: {} },
    { type: 'acknowledge' },
    { type: 'observe', ask: 'everything', interval: 250 },
    { type: 'observe', ask: 'all' },
    { type: 'control', id: 1, act: 'restart' },
    { type: 'control', id: '1', act: 'kill' },
    { type: 'output', followId: 1, id: 1, ask: 'all' },
    { type: 'output', id: '1', ask: 'all' },
    { type: 'output', followId: 1, id: '1', ask: 'some' },
  ];
  for (const other of others) {
    it(`is false for ${JSON.stringify(other)}`, () => expect(isOrder(other)).to.equal(false));
  }
});

const times = { count: 1, mean: 1, p50: 1, p90: 1, p99: 1, max: 1 };
const counts = { queued: 0, running: 0, done: 1, failed: 0, canceled: 0, workers: 1, utilization: 0.5 };
const exit = { reason: 'failed', cause: 'threw', code: null, signal: 'SIGTERM', forced: false, error: 'oops' };
const node = {
  ...{ id: '1', parent: undefined, kind: 'loop', name: 'Ticker', pid: 1, state: 'running', since: 1, startedAt: 1 },
  ...{ iterations: 0, messages: 0 },
};
const line = { stream: 'stdout', line: 'hello', at: 1, cut: 0 };
const output = { type: 'output', followId: 1, from: 'pipe', lines: [line], skipped: 0 };
const inTree = (more: object) => ({ type: 'tree', nodes: [{ ...node, ...more }], removed: [] });

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
    { type: 'tree', nodes: [], removed: ['1', '2.13'] },
    inTree({}),
    inTree({ id: '1.2', parent: '1', key: 'a', title: 't', endedAt: 3, exit, restarts: 2, canRestart: true }),
    inTree({ restartAt: null }),
    inTree({ restartAt: 1.5 }),
    output,
    { ...output, from: 'gone', lines: [] },
    inTree({ kind: 'pool', pid: null, stats: { ...counts, waitTime: times, runTime: times } }),
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
    { type: 'tree', nodes: [node] },
    { type: 'tree', nodes: [null], removed: [] },
    { type: 'tree', nodes: [], removed: ['one'] },
    inTree({ id: '__proto__' }),
    inTree({ parent: '' }),
    inTree({ kind: 'thread' }),
    inTree({ name: undefined }),
    inTree({ pid: '1' }),
    inTree({ state: 'gone' }),
    inTree({ exit: { ...exit, reason: 'bored' } }),
    inTree({ exit: { ...exit, more: 1 } }),
    inTree({ stats: { ...counts, waitTime: times } }),
    inTree({ html: '<img>' }),
    inTree({ restartAt: 'soon' }),
    { ...output, from: 'elsewhere' },
    { ...output, lines: [{ ...line, line: 1 }] },
    { ...output, lines: [{ ...line, stream: 'stdin' }] },
    { ...output, lines: Array.from({ length: 201 }, () => line) },
    { ...output, skipped: undefined },
  ];
  for (const other of others) {
    it(`is false for ${String(JSON.stringify(other)).slice(0, 80)}`, () => expect(isReport(other)).to.equal(false));
  }
});
