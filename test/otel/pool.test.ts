/** The spans of a pool: each item is in the trace of the code that has handed it in. */
import { SpanStatusCode } from '@opentelemetry/api';
import { expect } from 'chai';
import { Subprocess } from 'offspring-rx';
import { WorkerPool } from 'offspring-rx/pool';
import { lastValueFrom, toArray } from 'rxjs';
import { fixture } from '../support/fixture';
import { itInFull, LONG } from '../support/long';
import { type Recording, record, request } from '../support/spans';

const { Works } = fixture<typeof import('../fixtures/traced')>('traced');

interface Here {
  trace?: string;
  span?: string;
}

describe('offspring-rx/otel: spans of a pool', () => {
  let recording: Recording;
  beforeEach(() => {
    recording = record();
  });
  afterEach(async () => {
    await Subprocess.shutdownAll();
    recording.stop();
  });

  it('work() is in the trace of the caller of its item, in each manner of work, also side by side', async () => {
    const shapes = ['sync', 'async', 'generator', 'observable'] as const;
    const pool = new WorkerPool(Works, { workers: 1, concurrency: 2 });
    const callers = await Promise.all(
      [...shapes, ...shapes].map(shape => request(async () => (await pool.run(shape)) as Here | Here[])),
    );
    await pool.shutdown();
    for (const caller of callers) {
      const places = [caller.value].flatMap(value => ('first' in value ? (Object.values(value) as Here[]) : value));
      const [own] = recording.named('work Works', true).filter(span => span.parent === caller.span);
      const [inChild] = recording.named('work Works', false).filter(span => span.parent === own?.id);
      expect(places).to.deep.equal(places.map(() => ({ trace: caller.trace, span: inChild?.id })));
    }
    const inWork = recording.spans().filter(span => span.name.startsWith('in work'));
    expect(inWork.map(span => span.trace)).to.have.members(callers.map(caller => caller.trace));
  });

  itInFull(
    `a worker goes from one trace to the next, within a batch too, and items without a caller are in no trace of others ${LONG}`,
    async () => {
      const pool = new WorkerPool(Works, { workers: 1 });
      const run = (async () => (await pool.run('sync')) as Here) as () => Promise<Here>;
      const started = [request(run), run(), request(run), run()] as const;
      const [first, second, third, fourth] = await Promise.all(started);
      await pool.shutdown();
      expect([first.value.trace, third.value.trace]).to.deep.equal([first.trace, third.trace]);
      const traces = [first.trace, second.trace, third.trace, fourth.trace];
      expect(new Set(traces)).to.have.property('size', 4);
      expect(traces).not.to.include(undefined);
    },
  );

  it('all items of map() are in the trace of the subscriber', async () => {
    const pool = new WorkerPool(Works, { workers: 1 });
    const caller = await request(() => lastValueFrom(pool.map(Array(50).fill('sync')).pipe(toArray())));
    await pool.shutdown();
    expect((caller.value as Here[]).map(({ trace }) => trace)).to.deep.equal(Array(50).fill(caller.trace));
    expect(recording.named('work Works', true)).to.have.length(50);
  });

  it('a failed item and a canceled one have the status of an error', async () => {
    const pool = new WorkerPool(Works, { workers: 1 });
    await pool.run('throws').catch(() => {});
    const controller = new AbortController();
    const canceled = pool.run('slow', { signal: controller.signal });
    controller.abort();
    await canceled.catch(() => {});
    await pool.shutdown();
    const told = recording.named('work Works', true).map(span => [span.status, span.attributes['error.type']]);
    expect(told).to.deep.equal([
      [SpanStatusCode.ERROR, 'RemoteError'],
      [SpanStatusCode.ERROR, 'AbortError'],
    ]);
    const [failed] = recording.named('work Works', false);
    expect(failed?.attributes['error.type']).to.equal('RangeError');
  });

  itInFull(
    `the worker itself is no span but its start, and belongs to the code that has made the pool ${LONG}`,
    async () => {
      const maker = await request(() => new WorkerPool(Works, { workers: 1 }));
      await request(() => maker.value.run('sync'));
      await maker.value.shutdown();
      expect(recording.named('run Works')).to.deep.equal([]);
      expect(recording.named('start Works').map(span => span.trace)).to.deep.equal([maker.trace]);
    },
  );
});
