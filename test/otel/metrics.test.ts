/** The metrics of offspring-rx/otel. */
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { expect } from 'chai';
import { Subprocess } from 'offspring-rx';
import { WorkerPool } from 'offspring-rx/pool';
import { supervise } from 'offspring-rx/supervise';
import { lastValueFrom } from 'rxjs';
import { fixture } from '../support/fixture';
import { record } from '../support/spans';

const { Fails, Works } = fixture<typeof import('../fixtures/traced')>('traced');

/** The number of a sum or a gauge, the count of a histogram. */
type Value = { value: number; attributes: Record<string, unknown> };

async function collect(reader: PeriodicExportingMetricReader, exporter: InMemoryMetricExporter) {
  exporter.reset();
  await reader.forceFlush();
  const metrics = exporter.getMetrics().flatMap(({ scopeMetrics }) => scopeMetrics.flatMap(scope => scope.metrics));
  return new Map(
    metrics.map(({ descriptor, dataPoints }) => [
      `${descriptor.name} in ${descriptor.unit}`,
      dataPoints.map(
        ({ value, attributes }): Value => ({
          value: typeof value === 'number' ? value : (value as { count: number }).count,
          attributes,
        }),
      ),
    ]),
  );
}

describe('offspring-rx/otel: metrics', () => {
  it('count children, restarts and items, and measure queues, waits and runs', async () => {
    const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
    const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 2 ** 30 });
    const meterProvider = new MeterProvider({ readers: [reader] });
    const recording = record({ meterProvider });
    try {
      const name = 'offspring_rx.task.name';
      let left = 1;
      const backoff = { initial: 1, jitter: 0 };
      await lastValueFrom(supervise(() => new Fails(left--), { backoff, restart: 'on-failure' }));
      const pool = new WorkerPool(Works, { workers: 1 });
      await pool.run('sync');
      await pool.run('throws').catch(() => {});
      const controller = new AbortController();
      const signal = { signal: controller.signal };
      const items = [pool.run('slow'), pool.run('slow'), pool.run('slow', signal).catch(() => {})];
      const during = await collect(reader, exporter);
      expect(during.get('offspring_rx.child.count in {child}')).to.deep.equal([
        { value: 0, attributes: { [name]: 'Fails' } },
        { value: 1, attributes: { [name]: 'Works' } },
      ]);
      expect(during.get('offspring_rx.pool.queue.length in {item}')?.[0]?.value).to.equal(2);
      expect(during.get('offspring_rx.pool.items.running in {item}')?.[0]?.value).to.equal(1);
      controller.abort();
      await Promise.all(items);
      await pool.shutdown();
      const after = await collect(reader, exporter);
      expect(after.get('offspring_rx.child.count in {child}')?.map(({ value }) => value)).to.deep.equal([0, 0]);
      expect(after.get('offspring_rx.restart.count in {restart}')).to.deep.equal([
        { value: 1, attributes: { 'offspring_rx.supervisor.path': 'task' } },
      ]);
      const reason = 'offspring_rx.exit.reason';
      expect(after.get('offspring_rx.run.duration in s')).to.deep.equal([
        { value: 1, attributes: { [name]: 'Fails', [reason]: 'failed', 'error.type': 'RemoteError' } },
        { value: 1, attributes: { [name]: 'Fails', [reason]: 'completed' } },
        { value: 1, attributes: { [name]: 'Works', [reason]: 'stopped' } },
      ]);
      const status = 'offspring_rx.item.status';
      expect(after.get('offspring_rx.pool.item.count in {item}')).to.have.deep.members([
        { value: 3, attributes: { [name]: 'Works', [status]: 'fulfilled' } },
        { value: 1, attributes: { [name]: 'Works', [status]: 'rejected' } },
        { value: 1, attributes: { [name]: 'Works', [status]: 'canceled' } },
      ]);
      for (const metric of ['duration', 'wait.duration']) {
        expect(after.get(`offspring_rx.pool.item.${metric} in s`)?.[0]?.value).to.equal(4);
      }
      // The pool has ended.
      expect(after.get('offspring_rx.pool.queue.length in {item}')?.map(({ value }) => value)).to.deep.equal([0]);
    } finally {
      await Subprocess.shutdownAll();
      recording.stop();
      await meterProvider.shutdown();
    }
  });
});
