/** instrument(): its options, its end, and what it costs those who do not use it. */
import path from 'node:path';
import { context, propagation, trace } from '@opentelemetry/api';
import { expect } from 'chai';
import { Subprocess } from 'offspring-rx';
import { instrument } from 'offspring-rx/otel';
import { fixture, ROOT } from '../support/fixture';
import { inner } from '../support/inner';
import { itInFull, LONG } from '../support/long';
import { record, request } from '../support/spans';

const { Outbox } = inner<typeof import('../../src/parent/process/outbox')>('parent/process/outbox');
const { FrameReader } = inner<typeof import('../../src/protocol/frame-reader')>('protocol/frame-reader');
const { Marks } = fixture<typeof import('../fixtures/traced')>('traced');

/** The orders that a command makes. */
function ordersOf(send: (outbox: InstanceType<typeof Outbox>) => void): unknown[] {
  const outbox = new Outbox({ subprocess: 'Test', pid: () => 1, onPending() {} });
  const frames: Buffer[] = [];
  outbox.open(frame => frames.push(...frame), [{ type: 'final' }]);
  send(outbox);
  outbox.final();
  const orders: unknown[] = [];
  new FrameReader().read(Buffer.concat(frames), batch => orders.push(...batch));
  return orders.slice(1, -1);
}

const send = () => ordersOf(outbox => void outbox.command('a'));

describe('instrument()', () => {
  it('refuses options that do not exist or are wrong', () => {
    const wrong: [object, string][] = [
      [{ tracer: 1 }, 'there is no option tracer; there are tracerProvider, meterProvider, turns, flushLimit'],
      [{ turns: 'no' }, "turns is 'no': it must be true or false"],
      [{ flushLimit: -1 }, 'flushLimit is -1: it must be a number of ms, 0 or more, or Infinity'],
      [{ tracerProvider: {} }, 'tracerProvider is {}: it must be a TracerProvider of OpenTelemetry'],
      [{ meterProvider: null }, 'meterProvider is null: it must be a MeterProvider of OpenTelemetry'],
    ];
    for (const [options, message] of wrong) {
      expect(() => instrument(options))
        .to.throw(`instrument(): ${message}`)
        .with.property('name', 'StateError');
    }
    expect(() => instrument(7 as never)).to.throw('instrument(): options is 7');
    expect(send()).to.deep.equal([{ type: 'commands', values: ['a'] }]);
  });

  it('puts a context into a frame only if there is one', async () => {
    const plain = [{ type: 'commands', values: ['a'] }];
    expect(send()).to.deep.equal(plain);
    // No SDK: there is no propagator, and nothing to carry.
    const { disable } = instrument();
    expect(send()).to.deep.equal(plain);
    disable();
    const recording = record();
    try {
      expect(send()).to.deep.equal(plain);
      const { value, trace: id, span } = await request(send);
      expect(value).to.deep.equal([{ ...plain[0], trace: { traceparent: `00-${id}-${span}-01` } }]);
    } finally {
      recording.stop();
    }
    expect(send()).to.deep.equal(plain);
  });

  itInFull(`a second call replaces the first, whose disable() does nothing any more ${LONG}`, async () => {
    const recording = record();
    try {
      const spans: string[] = [];
      const tracer = trace.getTracer('test');
      const first = instrument({ tracerProvider: { getTracer: () => tracer } });
      const second = instrument({
        tracerProvider: {
          getTracer: () => ({
            ...tracer,
            startSpan: (name: string) => {
              spans.push(name);
              return tracer.startSpan(name);
            },
          }),
        } as never,
      });
      first.disable();
      await new Marks().wait();
      second.disable();
      await new Marks().wait();
      expect(spans).to.deep.equal(['run Marks', 'start Marks']);
    } finally {
      await Subprocess.shutdownAll();
      recording.stop();
      propagation.disable();
      context.disable();
    }
  });

  it('says what to install if the API of OpenTelemetry is missing', () => {
    const script = `
      const { Module } = require('node:module');
      const load = Module._load;
      Module._load = (name, ...more) => {
        if (name.startsWith('@opentelemetry/')) throw new Error('Cannot find module ' + name);
        return load(name, ...more);
      };
      for (const name of ['offspring-rx/otel', 'offspring-rx/otel/register']) {
        try { require(name); } catch (error) { console.log(error.name, error.message); }
      }`;
    const { execFileSync } = require('node:child_process') as typeof import('node:child_process');
    const lines = execFileSync(process.execPath, ['-e', script], { cwd: ROOT, encoding: 'utf8' }).trim().split('\n');
    const message = 'offspring-rx/otel needs the package @opentelemetry/api: npm install @opentelemetry/api';
    expect(lines).to.deep.equal([`StateError ${message}`, `StateError ${message}`]);
  });

  it('is loaded without the library, which a child would otherwise load before it boots', () => {
    const loaded = `require('offspring-rx/otel').instrument(); console.log(Object.keys(require.cache).join())`;
    const { execFileSync } = require('node:child_process') as typeof import('node:child_process');
    const files = execFileSync(process.execPath, ['-e', loaded], { cwd: ROOT, encoding: 'utf8' });
    const isOwn = (file: string) => file.startsWith(path.join(ROOT, 'dist') + path.sep);
    expect(files.split(',').filter(isOwn)).to.have.length(1);
  });
});
