/** Both sides: records spans for what the library tells, and carries contexts to the other side. */
import { type Context, context, type Span, SpanKind, type Tracer as Spans, trace } from '@opentelemetry/api';
import type {
  ActivityTrace,
  Carrier,
  ItemTrace,
  RestartTrace,
  TaskTrace,
  TracedActivity,
  TracedKind,
  Tracer,
} from '../diagnostics/tracer';
import { ActivitySpan, servedSpan, turnSpan } from './activity-span';
import { carrierOf, contextOf } from './carrier';
import type { Metrics } from './metrics';
import { endSpan } from './span-end';
import { TaskSpan } from './task-span';

export interface OtelTracerConfig {
  spans: Spans;
  metrics: Metrics;
  /** Whether each turn of a loop is a span. */
  turns: boolean;
  /** Exports what is recorded. */
  flush(): Promise<void>;
}

export class OtelTracer implements Tracer {
  readonly #spans: Spans;
  readonly #metrics: Metrics;
  readonly #hasTurns: boolean;
  readonly flush: () => Promise<void>;

  constructor({ spans, metrics, turns, flush }: OtelTracerConfig) {
    this.#spans = spans;
    this.#metrics = metrics;
    this.#hasTurns = turns;
    this.flush = flush;
  }

  task({ name, kind }: { name: string; kind: TracedKind }): TaskTrace {
    return new TaskSpan(this.#spans, name, kind);
  }

  item({ name }: { name: string }): ItemTrace {
    const caller = context.active();
    const options = { kind: SpanKind.CLIENT, attributes: { 'offspring_rx.task.name': name } };
    return new ItemSpan(this.#spans.startSpan(`work ${name}`, options, caller), caller);
  }

  pool(about: { name: string; stats(): { queued: number; running: number } }): () => void {
    return this.#metrics.pool(about);
  }

  restart({ child, path, attempt, delay }: Parameters<Tracer['restart']>[0]): RestartTrace {
    const attributes = {
      'offspring_rx.supervisor.path': path.join('/'),
      'offspring_rx.restart.attempt': attempt,
      'offspring_rx.restart.delay': delay / 1_000,
    };
    const span = this.#spans.startSpan(`restart ${child}`, { attributes });
    return { ended: error => endSpan(span, error === undefined ? undefined : { error }) };
  }

  carrier(): Carrier | undefined {
    return carrierOf(context.active());
  }

  activity({
    name,
    kind,
    activity,
    carrier,
  }: {
    name: string;
    kind: TracedKind;
    activity: TracedActivity;
    carrier: Carrier | undefined;
  }): ActivityTrace {
    const caller = contextOf(carrier);
    const attributes = { 'offspring_rx.task.name': name, 'process.pid': process.pid };
    const isServed = activity === 'work' || (activity === 'run' && kind === 'once');
    if (isServed) return servedSpan(this.#spans, `${activity} ${name}`, caller, attributes);
    if (activity === 'loop' && this.#hasTurns) return turnSpan(this.#spans, `loop ${name}`, caller, attributes);
    return new ActivitySpan(caller);
  }

  receive(carrier: Carrier, receive: () => void): void {
    context.with(contextOf(carrier, context.active()), receive);
  }
}

/** Parent side: the span of an item, from when it is added to its pool until it settles. */
class ItemSpan implements ItemTrace {
  readonly #span: Span;
  readonly carrier: Carrier | undefined;

  constructor(span: Span, caller: Context) {
    this.#span = span;
    this.carrier = carrierOf(trace.setSpan(caller, span));
  }

  settled(end: { error?: unknown; pid?: number; runTime?: number }): void {
    if (end.pid !== undefined) this.#span.setAttribute('process.pid', end.pid);
    if (end.runTime !== undefined) this.#span.setAttribute('offspring_rx.item.run_time', end.runTime / 1_000);
    endSpan(this.#span, 'error' in end ? { error: end.error } : undefined);
  }
}
