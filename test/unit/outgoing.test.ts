/** Outgoing: values are written in few frames, in order, and none waits for long. */
import { expect } from 'chai';
import fc from 'fast-check';
import { FrameReader } from '../../src/protocol/frame-reader';
import { Outgoing } from '../../src/protocol/outgoing';
import type { Order } from '../../src/protocol/to-child';
import type { Report } from '../../src/protocol/to-parent';
import { cloneable, difference } from '../fuzz/cloneable';
import { batchesOf } from '../support/batches';

function outgoing() {
  const frames: { reports: Report[]; values: number }[] = [];
  const reader = new FrameReader();
  const out = new Outgoing<Report, 'messages'>('messages', (frame, values) => {
    for (const reports of batchesOf(reader, Buffer.concat(frame)))
      frames.push({ reports: reports as Report[], values });
  });
  const messages = () =>
    frames.flatMap(({ reports }) => reports.flatMap(report => (report.type === 'messages' ? report.values : [])));
  const add = (value: unknown) => out.addPlain(value) || out.addAny(value);
  return { out, frames, messages, add };
}

const nextTurn = () => new Promise<void>(resolve => setImmediate(resolve));

describe('Outgoing', () => {
  it('writes the first value at once', () => {
    const { out, messages } = outgoing();
    out.addPlain('first');
    expect(messages()).to.deep.equal(['first']);
  });

  it('writes values that follow closely in few frames, in order', async () => {
    const { out, frames, messages } = outgoing();
    const sent = Array.from({ length: 10_000 }, (_, index) => ({ index }));
    for (const value of sent) out.addPlain(value);
    await nextTurn();
    expect(messages()).to.deep.equal(sent);
    expect(frames.length).to.be.below(60);
    expect(frames.reduce((sum, { values }) => sum + values, 0)).to.equal(10_000);
  });

  it('writes the batch when the turn of the event loop ends', async () => {
    const { out, messages } = outgoing();
    for (let at = 0; at < 100; at++) out.addPlain(at);
    expect(messages().length).to.be.below(100);
    await nextTurn();
    expect(messages()).to.have.length(100);
  });

  it('writes the batch during a turn that never ends, if values are still added', () => {
    const { out, messages } = outgoing();
    for (let at = 0; at < 20; at++) out.addPlain(at);
    const start = performance.now();
    while (messages().length <= 20 && performance.now() - start < 2_000) out.addPlain('more');
    expect(messages()).to.include('more');
  });

  it('keeps the order of values and other messages', () => {
    const { out, frames } = outgoing();
    for (let at = 0; at < 20; at++) out.addPlain(at);
    out.add({ type: 'received', count: 1 });
    out.addPlain('after');
    out.addAny(new Map([[1, 2]]));
    out.send({ type: 'result', value: 'the end' });
    const received = frames.flatMap(({ reports }) =>
      reports.flatMap((report): unknown[] => (report.type === 'messages' ? report.values : [report.type])),
    );
    const numbers = Array.from({ length: 20 }, (_, at) => at);
    expect(received).to.deep.equal([...numbers, 'received', 'after', new Map([[1, 2]]), 'result']);
  });

  it('puts values of another type into a message of their own, in order', async () => {
    const orders: Order[] = [];
    const reader = new FrameReader();
    const out = new Outgoing<Order, 'commands' | 'posts'>('commands', frame => {
      for (const batch of batchesOf(reader, Buffer.concat(frame))) orders.push(...(batch as Order[]));
    });
    const waiting = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
    for (const value of waiting) out.addPlain(value);
    out.addPlain(1);
    out.addPlain(2, 'posts');
    out.addPlain(3, 'posts');
    out.addAny(new Map(), [], 'posts');
    out.addPlain(4);
    out.flush();
    expect(orders.slice(waiting.length)).to.deep.equal([
      { type: 'commands', values: [1] },
      { type: 'posts', values: [2, 3] },
      { type: 'posts', values: [new Map()] },
      { type: 'commands', values: [4] },
    ]);
  });

  it('sends values as they were when they were added', async () => {
    const { out, messages } = outgoing();
    const value = { count: 0 };
    for (let at = 0; at < 50; at++) {
      value.count = at;
      out.addPlain(value);
    }
    await nextTurn();
    expect(messages()).to.deep.equal(Array.from({ length: 50 }, (_, count) => ({ count })));
  });

  it('after renew(), writes values at once again', () => {
    const { out, messages } = outgoing();
    for (let at = 0; at < 50; at++) out.addPlain(at);
    out.flush();
    out.addPlain('waits');
    expect(messages()).not.to.include('waits');
    out.flush();
    out.renew();
    out.addPlain('does not');
    expect(messages()).to.include('does not');
  });

  it('writes at once what comes after a while without values', async () => {
    const { out, messages } = outgoing();
    for (let at = 0; at < 50; at++) out.addPlain(at);
    out.flush();
    out.addPlain('waits');
    expect(messages()).not.to.include('waits');
    await new Promise(resolve => setTimeout(resolve, 20));
    out.addPlain('does not');
    expect(messages()).to.include('does not');
  });

  it('writes the batch if a value comes 5 ms later, in the same turn', () => {
    const { out, messages } = outgoing();
    for (let at = 0; at < 20; at++) out.addPlain(at);
    const start = performance.now();
    while (performance.now() - start < 10);
    out.addPlain('late');
    expect(messages()).to.have.length(21);
  });

  it('writes each value at once if they come slowly, in the same turn', () => {
    const { out, messages } = outgoing();
    for (let at = 1; at <= 20; at++) {
      const start = performance.now();
      while (performance.now() - start < 10);
      out.addPlain(at);
      expect(messages()).to.have.length(at);
    }
  });

  it('writes everything at once while it is unbuffered', () => {
    const { out, messages } = outgoing();
    out.unbuffered = true;
    for (let at = 0; at < 100; at++) out.addPlain(at);
    out.add({ type: 'received', count: 1 });
    expect(messages()).to.have.length(100);
  });

  it('throws for a value that cannot be serialized, and still sends the values before and after it', () => {
    const { out, messages } = outgoing();
    for (let at = 0; at < 20; at++) out.addPlain(at);
    expect(() => out.addAny(() => {})).to.throw(/could not be cloned/);
    out.addPlain('after');
    out.flush();
    expect(messages()).to.have.length(21);
    expect(messages().at(-1)).to.equal('after');
  });

  it('sends any values unchanged and in order, whatever is sent between them', () => {
    const step = fc.oneof(
      { weight: 6, arbitrary: cloneable.map(value => ({ value })) },
      { weight: 1, arbitrary: fc.constant('flush' as const) },
      { weight: 1, arbitrary: fc.constant('report' as const) },
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), steps => {
        const { out, messages, add } = outgoing();
        const values: unknown[] = [];
        for (const each of steps) {
          if (each === 'flush') out.flush();
          else if (each === 'report') out.add({ type: 'received', count: 1 });
          else {
            values.push(each.value);
            add(each.value);
          }
        }
        out.flush();
        expect(
          difference(
            values.map(value => [value]),
            messages().map(value => [value]),
          ),
        ).to.equal(undefined);
      }),
      { numRuns: 300 },
    );
  });
});
