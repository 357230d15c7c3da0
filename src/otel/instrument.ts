/** Both sides: records spans and metrics by OpenTelemetry. Its SDK is that of the program. */
import './need-api';
import { type MeterProvider, metrics, type TracerProvider, trace } from '@opentelemetry/api';
import type { Tracer } from '../diagnostics/tracer';
import { Metrics } from './metrics';
import { OtelTracer } from './otel-tracer';

/**
 * What `instrument` records, and by what.
 *
 * @example
 * const provider = new NodeTracerProvider();
 * instrument({ tracerProvider: provider, turns: false });
 */
export interface InstrumentOptions {
  /** What makes the tracer. Default: the global provider of `@opentelemetry/api`. */
  tracerProvider?: TracerProvider;
  /** What makes the meter. Default: the global provider of `@opentelemetry/api`. */
  meterProvider?: MeterProvider;
  /** Whether each turn of a loop is a span. It begins a trace of its own, with a link to the start. Default: true. */
  turns?: boolean;
  /**
   * Milliseconds that a child waits at its end until its spans and metrics are exported, if the providers have a
   * `forceFlush`, as those of the SDK do. Default: 1,000.
   */
  flushLimit?: number;
}

/** What `instrument` returns. */
export interface Instrumentation {
  /** From now on, nothing more is recorded in this process, and its children get no context. */
  disable(): void;
}

const NAME = 'offspring-rx';

/**
 * The hook of the library: see diagnostics/tracer. Not by an import: a child that loads this by --require must not load the
 * library before it boots, since that takes longer.
 */
function hookOf(key: symbol): { current?: Tracer } {
  const values = globalThis as { [key: symbol]: { current?: Tracer } | undefined };
  values[key] ??= {};
  return values[key];
}

const hook = hookOf(Symbol.for('offspring-rx.tracer'));

let last: Instrumentation | undefined;

/**
 * From now on, starts, runs, items and restarts are recorded as spans and metrics, and the context of the caller reaches
 * `run`, `work` and commands in its children. The providers of the SDK may be registered before or after.
 *
 * It is for both sides: a child records its part if it calls this too, in a module that `--require` or `--import` loads,
 * or in that of its class. A second call in a process replaces the first.
 *
 * @throws StateError for a wrong option
 * @example
 * new NodeTracerProvider({
 *   spanProcessors: [new BatchSpanProcessor(exporter)],
 * }).register();
 * instrument();
 */
export function instrument(options: InstrumentOptions = {}): Instrumentation {
  mustBeValid(options);
  const { tracerProvider = trace, meterProvider = metrics, turns = true, flushLimit = 1_000 } = options;
  last?.disable();
  const meters = new Metrics(() => meterProvider.getMeter(NAME));
  const spans = tracerProvider.getTracer(NAME);
  const flush = () => lateFlush().flushAll([tracerProvider, meterProvider], flushLimit);
  const current = new OtelTracer({ spans, metrics: meters, turns, flush });
  hook.current = current;
  meters.begin();
  const own: Instrumentation = {
    disable() {
      meters.end();
      if (hook.current === current) delete hook.current;
    },
  };
  last = own;
  return own;
}

/** Loaded at the end of a child, since it loads the library: see `hookOf`. */
const lateFlush = () => require('./flush') as typeof import('./flush');

function mustBeValid(options: InstrumentOptions): void {
  const isObject = typeof options === 'object' && options !== null;
  if (isObject && Object.keys(options).length === 0) return;
  // Loads the library: see `hookOf`.
  const { checkOptions } = require('./check-options') as typeof import('./check-options');
  checkOptions(options);
}
