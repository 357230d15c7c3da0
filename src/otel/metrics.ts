/** Parent side: metrics of the children, the restarts and the pools of this process. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Attributes, Counter, Histogram, Meter, ObservableGauge, UpDownCounter } from '@opentelemetry/api';
import type { DiagnosticsChannels } from '../index';
import { errorType } from './span-end';

type Channel = 'offspring-rx:spawn' | 'offspring-rx:exit' | 'offspring-rx:restart' | 'offspring-rx:item';

interface Pool {
  name: string;
  stats(): { queued: number; running: number };
}

interface Instruments {
  children: UpDownCounter;
  restarts: Counter;
  runTime: Histogram;
  items: Counter;
  itemTime: Histogram;
  waitTime: Histogram;
  queued: ObservableGauge;
  running: ObservableGauge;
}

/** Seconds. From an item of a few ms to a run of an hour. */
const BOUNDARIES = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 60, 600, 3_600];

export class Metrics {
  readonly #meter: () => Meter;
  readonly #pools = new Set<Pool>();
  /** Of all pools that there were. What has ended has 0 items: without a value, the last one would stay. */
  readonly #names = new Set<string>();
  #instruments: Instruments | undefined;

  /** `meter` is called at the first value, so that the program may register its provider until then. */
  constructor(meter: () => Meter) {
    this.#meter = meter;
  }

  begin(): void {
    for (const [channel, listener] of this.#listeners) subscribe(channel, listener as never);
  }

  end(): void {
    for (const [channel, listener] of this.#listeners) unsubscribe(channel, listener as never);
    this.#instruments?.queued.removeCallback(this.#observeQueued);
    this.#instruments?.running.removeCallback(this.#observeRunning);
  }

  /** Observes a pool until the returned function is called. */
  pool(pool: Pool): () => void {
    this.#pools.add(pool);
    this.#names.add(pool.name);
    this.#made();
    return () => this.#pools.delete(pool);
  }

  readonly #onSpawn = ({ name }: DiagnosticsChannels['offspring-rx:spawn']) => {
    this.#made().children.add(1, taskName(name));
  };

  readonly #onExit = ({ name, pid, exit }: DiagnosticsChannels['offspring-rx:exit']) => {
    if (pid === null) return;
    const { children, runTime } = this.#made();
    children.add(-1, taskName(name));
    const failure = exit.error && { 'error.type': errorType(exit.error) };
    runTime.record(exit.duration / 1_000, {
      ...taskName(name),
      'offspring_rx.exit.reason': exit.reason,
      ...failure,
    });
  };

  readonly #onRestart = ({ path }: DiagnosticsChannels['offspring-rx:restart']) => {
    this.#made().restarts.add(1, { 'offspring_rx.supervisor.path': path.join('/') });
  };

  readonly #onItem = ({ name, status, duration, runTime }: DiagnosticsChannels['offspring-rx:item']) => {
    const { items, itemTime, waitTime } = this.#made();
    items.add(1, { ...taskName(name), 'offspring_rx.item.status': status });
    if (runTime === undefined) return;
    itemTime.record(runTime / 1_000, taskName(name));
    waitTime.record(Math.max(0, duration - runTime) / 1_000, taskName(name));
  };

  readonly #listeners = new Map<Channel, (payload: never) => void>([
    ['offspring-rx:spawn', this.#onSpawn],
    ['offspring-rx:exit', this.#onExit],
    ['offspring-rx:restart', this.#onRestart],
    ['offspring-rx:item', this.#onItem],
  ]);

  readonly #observeQueued: Parameters<ObservableGauge['addCallback']>[0] = result => {
    for (const [name, { queued }] of this.#sums()) result.observe(queued, taskName(name));
  };

  readonly #observeRunning: Parameters<ObservableGauge['addCallback']>[0] = result => {
    for (const [name, { running }] of this.#sums()) result.observe(running, taskName(name));
  };

  /** Of all pools with workers of one class. */
  #sums(): Map<string, { queued: number; running: number }> {
    const sums = new Map([...this.#names].map(name => [name, { queued: 0, running: 0 }]));
    for (const { name, stats } of this.#pools) {
      const sum = sums.get(name) ?? { queued: 0, running: 0 };
      const { queued, running } = stats();
      sums.set(name, { queued: sum.queued + queued, running: sum.running + running });
    }
    return sums;
  }

  #made(): Instruments {
    this.#instruments ??= this.#make(this.#meter());
    return this.#instruments;
  }

  #make(meter: Meter): Instruments {
    const seconds = (name: string, description: string) =>
      meter.createHistogram(name, { unit: 's', description, advice: { explicitBucketBoundaries: BOUNDARIES } });
    const queued = meter.createObservableGauge('offspring_rx.pool.queue.length', {
      unit: '{item}',
      description: 'Items of a pool that wait',
    });
    const running = meter.createObservableGauge('offspring_rx.pool.items.running', {
      unit: '{item}',
      description: 'Items of a pool that are being worked on',
    });
    queued.addCallback(this.#observeQueued);
    running.addCallback(this.#observeRunning);
    return {
      queued,
      running,
      children: meter.createUpDownCounter('offspring_rx.child.count', {
        unit: '{child}',
        description: 'Child processes that are alive',
      }),
      restarts: meter.createCounter('offspring_rx.restart.count', {
        unit: '{restart}',
        description: 'Restarts by supervisors',
      }),
      runTime: seconds('offspring_rx.run.duration', 'From the start of a process to its exit'),
      items: meter.createCounter('offspring_rx.pool.item.count', {
        unit: '{item}',
        description: 'Items of a pool that have settled',
      }),
      itemTime: seconds('offspring_rx.pool.item.duration', 'The work on an item of a pool'),
      waitTime: seconds('offspring_rx.pool.item.wait.duration', 'From when an item was added until its work began'),
    };
  }
}

const taskName = (name: string): Attributes => ({ 'offspring_rx.task.name': name });
