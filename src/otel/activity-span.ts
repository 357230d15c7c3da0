/** Child side: the spans of what a child does: of its run, of the turns of a loop, of the work on an item. */
import {
  type Attributes,
  type Context,
  context,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  type SpanOptions,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import type { ActivityTrace } from '../diagnostics/tracer';
import { endSpan } from './span-end';

/** User code in the context of a span, or in that of the caller where it has no span of its own. */
export class ActivitySpan implements ActivityTrace {
  readonly #context: Context;
  readonly #span: Span | undefined;

  constructor(activityContext: Context, span?: Span) {
    this.#context = span ? trace.setSpan(activityContext, span) : activityContext;
    this.#span = span;
  }

  call<T>(userCode: () => T): T {
    return context.with(this.#context, userCode);
  }

  ended(failure?: { error: unknown }): void {
    if (this.#span) endSpan(this.#span, failure);
  }
}

/** The other end of a span of the parent. */
export function servedSpan(tracer: Tracer, name: string, caller: Context, attributes: Attributes): ActivitySpan {
  return new ActivitySpan(caller, tracer.startSpan(name, { kind: SpanKind.SERVER, attributes }, caller));
}

/** A turn of a loop. A loop has no end, so each turn begins a trace, with a link to the start of the loop. */
export function turnSpan(tracer: Tracer, name: string, start: Context, attributes: Attributes): ActivitySpan {
  const startSpan = trace.getSpanContext(start);
  const options: SpanOptions = { attributes, root: true, ...(startSpan && { links: [{ context: startSpan }] }) };
  const caller = startSpan ? trace.deleteSpan(start) : ROOT_CONTEXT;
  return new ActivitySpan(caller, tracer.startSpan(name, options, caller));
}
