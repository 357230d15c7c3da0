/** Parent side: the spans of one task: one for its start, and one for its run, from the start to the exit. */
import { type Context, context, type Span, SpanKind, type Tracer, trace } from '@opentelemetry/api';
import type { Carrier, TaskTrace, TracedKind } from '../diagnostics/tracer';
import type { ExitStatus } from '../index';
import { carrierOf } from './carrier';
import { endSpan } from './span-end';

export class TaskSpan implements TaskTrace {
  readonly #tracer: Tracer;
  readonly #name: string;
  readonly #kind: TracedKind;
  /** The context in which the task was constructed. */
  readonly #caller = context.active();
  #start: Span | undefined;
  /** A loop and a worker live long. A span of hours is of no use, and is exported only at its end. */
  #run: Span | undefined;
  #isReady = false;

  constructor(tracer: Tracer, name: string, kind: TracedKind) {
    this.#tracer = tracer;
    this.#name = name;
    this.#kind = kind;
  }

  starting(): Carrier | undefined {
    // The code that calls start() may be another than that which has constructed the task.
    const active = context.active();
    let parent: Context = trace.getSpan(active) ? active : this.#caller;
    const attributes = { 'offspring_rx.task.name': this.#name, 'offspring_rx.task.kind': this.#kind };
    if (this.#kind === 'once') {
      this.#run = this.#tracer.startSpan(`run ${this.#name}`, { kind: SpanKind.CLIENT, attributes }, parent);
      parent = trace.setSpan(parent, this.#run);
    }
    this.#start = this.#tracer.startSpan(`start ${this.#name}`, { attributes }, parent);
    return carrierOf(this.#run ? parent : trace.setSpan(parent, this.#start));
  }

  spawned(pid: number): void {
    this.#start?.setAttribute('process.pid', pid);
    this.#run?.setAttribute('process.pid', pid);
  }

  ready(): void {
    this.#isReady = true;
    this.#start?.end();
  }

  exited(exit: ExitStatus): void {
    const { reason, code, signal, error } = exit;
    const failure = error && { error };
    if (this.#start && !this.#isReady) endSpan(this.#start, failure);
    if (!this.#run) return;
    this.#run.setAttribute('offspring_rx.exit.reason', reason);
    if ('cause' in exit && exit.cause) this.#run.setAttribute('offspring_rx.exit.cause', exit.cause);
    if (code !== null) this.#run.setAttribute('process.exit.code', code);
    if (signal !== null) this.#run.setAttribute('offspring_rx.exit.signal', signal);
    endSpan(this.#run, failure);
  }

  subscribe<T>(subscribe: () => T): T {
    const isOwn = trace.getSpan(context.active()) !== undefined;
    return isOwn || !trace.getSpan(this.#caller) ? subscribe() : context.with(this.#caller, subscribe);
  }
}
