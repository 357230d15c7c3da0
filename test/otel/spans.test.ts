/** The spans of tasks: the context of the caller reaches the child, and what the child records is in the caller's trace. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { expect } from 'chai';
import { Subprocess } from 'offspring-rx';
import { firstValueFrom } from 'rxjs';
import type { Told } from '../fixtures/tracing';
import { fixture } from '../support/fixture';
import { inner } from '../support/inner';
import { itInFull, LONG } from '../support/long';
import { poll } from '../support/poll';
import { type Recording, record, request } from '../support/spans';

const { Exits, Listens, Marks, Nests, Spared, Throws, Turns } = fixture<typeof import('../fixtures/traced')>('traced');
const { registered } = inner<typeof import('../../src/parent/end/registry')>('parent/end/registry');

describe('offspring-rx/otel: spans of a task', () => {
  let recording: Recording;
  const only = (name: string, isOwn?: boolean): Told => {
    const found = recording.named(name, isOwn);
    expect(found, `${name} in ${recording.spans().map(span => span.name)}`).to.have.length(1);
    return found[0] as Told;
  };

  beforeEach(() => {
    recording = record();
  });
  afterEach(async () => {
    await Subprocess.shutdownAll();
    recording.stop();
  });

  it('run() is in the trace of the caller, from the parent over the child to the spans of the program', async () => {
    const caller = await request(async () => {
      const task = new Marks();
      const here = await task.result();
      await task.wait();
      return here;
    });
    const run = only('run Marks', true);
    const start = only('start Marks');
    const inChild = only('run Marks', false);
    const inRun = only('in run');
    const traces = [run, start, inChild, inRun].map(span => span.trace);
    expect(traces).to.deep.equal(traces.map(() => caller.trace));
    expect([run.parent, start.parent, inChild.parent, inRun.parent]).to.deep.equal([
      caller.span,
      run.id,
      run.id,
      inChild.id,
    ]);
    expect(caller.value).to.deep.equal({ trace: caller.trace, span: inChild.id });
    expect([run.kind, inChild.kind]).to.deep.equal([SpanKind.CLIENT, SpanKind.SERVER]);
    expect(run.attributes).to.include({
      'offspring_rx.task.name': 'Marks',
      'offspring_rx.task.kind': 'once',
      'offspring_rx.exit.reason': 'completed',
      'process.exit.code': 0,
      'process.pid': inChild.pid,
    });
    expect(start.duration).to.be.below(run.duration);
  });

  it('a failure is the status of the spans on both sides', async () => {
    await new Throws().result().catch(() => {});
    await Subprocess.shutdownAll();
    for (const isOwn of [true, false]) {
      const run = only('run Throws', isOwn);
      expect(run.status).to.equal(SpanStatusCode.ERROR);
      expect(run.attributes['error.type']).to.equal(isOwn ? 'RemoteError' : 'RangeError');
    }
  });

  itInFull(`a child that exits in the middle of run() has a span in its parent alone ${LONG}`, async () => {
    const task = new Exits();
    await task.result().catch(() => {});
    await task.wait();
    const run = only('run Exits');
    expect(run.status).to.equal(SpanStatusCode.ERROR);
    expect(run.attributes).to.include({ 'offspring_rx.exit.cause': 'process-exit', 'process.exit.code': 3 });
  });

  itInFull(`a spare is in the trace of the caller that takes it ${LONG}`, async () => {
    const start = () =>
      request(async () => {
        const task = new Spared();
        const here = await task.result();
        await task.wait();
        return here;
      });
    const first = await start();
    await poll('a spare is ready', () => registered().some(each => (each as { isReady?: boolean }).isReady));
    const second = await start();
    expect([first.value.trace, second.value.trace]).to.deep.equal([first.trace, second.trace]);
    expect(first.trace).not.to.equal(second.trace);
  });

  it('a command is in the trace of its sender, and in the async context of its subscriber', async () => {
    const task = new Listens(4);
    // This one waits in the child until somebody subscribes.
    const early = await request(() => task.send('early'));
    await firstValueFrom(task.message$);
    const late = await request(() => task.send('late'));
    await task.send('without');
    const unplain = await request(() => task.send(new Date(0) as never));
    const seen = await task.result();
    await task.wait();
    const own = only('run Listens', false);
    expect(seen).to.deep.equal([
      { command: 'early', trace: early.trace, span: early.span, storage: 'own' },
      { command: 'late', trace: late.trace, span: late.span, storage: 'own' },
      { command: 'without', trace: own.trace, span: own.id, storage: 'own' },
      { command: new Date(0), trace: unplain.trace, span: unplain.span, storage: 'own' },
    ]);
    expect(only('command late').parent).to.equal(late.span);
  });

  it('a subscriber without a trace of its own is called in that of the caller, any other in its own', async () => {
    const seen: Record<string, (string | undefined)[]> = {};
    const storage = new AsyncLocalStorage<string>();
    const follow = (task: InstanceType<typeof Marks>, who: string) => {
      seen[who] = [];
      const see = () => seen[who]?.push(trace.getActiveSpan()?.spanContext().traceId, storage.getStore());
      task.message$.subscribe(see);
      task.exit$.subscribe(see);
    };
    const caller = await request(() => new Marks());
    storage.run('own', () => follow(caller.value, 'without'));
    const other = await request(() => follow(caller.value, 'other'));
    await caller.value.wait();
    expect(seen).to.deep.equal({
      without: [caller.trace, 'own', caller.trace, 'own'],
      other: [other.trace, undefined, other.trace, undefined],
    });
  });

  it('each turn of a loop is a trace of its own that links to the start; begin() and end() are in the trace of the start', async () => {
    const caller = await request(() => new Turns().wait());
    const start = only('start Turns');
    const turns = recording.named('loop Turns');
    expect(start.trace).to.equal(caller.trace);
    expect([only('in begin').parent, only('in end').parent]).to.deep.equal([start.id, start.id]);
    expect(turns.map(turn => [turn.parent, turn.links])).to.deep.equal(turns.map(() => [undefined, [start.id]]));
    expect(new Set([...turns.map(turn => turn.trace), caller.trace]).size).to.equal(4);
    expect(recording.named('in loop').map(span => span.parent)).to.have.members(turns.map(turn => turn.id));
  });

  itInFull(`with turns: false, what a turn records is in the trace of the start ${LONG}`, async () => {
    process.env['OFFSPRING_TEST_TURNS'] = 'no';
    try {
      const caller = await request(() => new Turns().wait());
      expect(recording.named('loop Turns')).to.deep.equal([]);
      expect(recording.named('in loop').map(span => span.trace)).to.deep.equal(Array(3).fill(caller.trace));
    } finally {
      delete process.env['OFFSPRING_TEST_TURNS'];
    }
  });

  itInFull(`a child of a child is in the trace too ${LONG}`, async () => {
    const caller = await request(async () => {
      const task = new Nests();
      const here = await task.result();
      await task.wait();
      return here;
    });
    const nested = only('in run');
    const outer = only('run Nests', false);
    expect(nested.trace).to.equal(caller.trace);
    expect(recording.named('run Marks').map(span => [span.kind, span.parent])).to.deep.include([
      SpanKind.CLIENT,
      outer.id,
    ]);
  });

  itInFull(`a child that is shut down as soon as its result is there exports its spans ${LONG}`, async () => {
    const task = new Marks();
    await task.result();
    await task.shutdown();
    expect(only('run Marks', false).trace).to.equal(only('run Marks', true).trace);
  });

  itInFull(`a task without a caller begins a trace ${LONG}`, async () => {
    const task = new Marks();
    const here = await task.result();
    await task.wait();
    const run = only('run Marks', true);
    expect(run.parent).to.equal(undefined);
    expect(here.trace).to.equal(run.trace);
  });
});
