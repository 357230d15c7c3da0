/** Parent side: tells the channels of node:diagnostics_channel, and what records traces, what happens to one task. */
import type { DiagnosticsChannels, TracedRun } from '../../channel-payloads';
import { channels } from '../../diagnostics/channels';
import { debugLog, isLogging } from '../../diagnostics/debug-log';
import { type Carrier, type TaskTrace, tracedKind, tracer } from '../../diagnostics/tracer';
import type { SubprocessEvent } from '../../model/events';
import type { ExitStatus } from '../../model/exit-status';
import type { AnySubprocess } from '../../subprocess';
import type { ClassInfo } from '../flags';
import type { PassingReport } from './interpret';

type ParentRun = Extract<TracedRun, { side: 'parent' }>;

export class Announcer {
  readonly #task: AnySubprocess;
  readonly #info: Pick<ClassInfo, 'name' | 'kind'>;
  /** Undefined if nobody records traces. */
  readonly trace: TaskTrace | undefined;
  /** What the child gets of the trace. */
  carrier: Carrier | undefined;
  #pid: number | null = null;
  /** Undefined if nobody was subscribed when the task started. */
  #run: ParentRun | undefined;

  constructor(task: AnySubprocess, info: Pick<ClassInfo, 'name' | 'kind'>) {
    this.#task = task;
    this.#info = info;
    this.trace = tracer()?.task({ name: info.name, kind: tracedKind(info.kind, task) });
  }

  /** Called with each lifecycle event, before any subscriber gets it. */
  onEvent(event: SubprocessEvent): void {
    if (isLogging) debugLog(this.#info.name, describeEvent(event));
    switch (event.type) {
      case 'starting':
        this.carrier = this.trace?.starting();
        return this.#begin();
      case 'spawned':
        return this.#spawned(event.pid);
      case 'ready':
        this.trace?.ready();
        if (channels()?.ready.hasSubscribers) channels()?.ready.publish(this.#payload());
        return;
      case 'exited':
        return this.#exited(event.exit);
    }
  }

  /** Called with each report of messages or of an iteration, before any subscriber gets them. */
  onPassing(report: PassingReport): void {
    const all = channels();
    if (report.type === 'messages') {
      if (!all?.message.hasSubscribers) return;
      for (const message of report.values) {
        all.message.publish({ ...this.#payload(), message } satisfies DiagnosticsChannels['offspring-rx:message']);
      }
    } else if (report.type === 'iteration' && all?.iteration.hasSubscribers) {
      const { index, duration, sleep } = report;
      const payload = { ...this.#payload(), index, duration, sleep };
      all.iteration.publish(payload satisfies DiagnosticsChannels['offspring-rx:iteration']);
    }
  }

  #begin(): void {
    const run = channels()?.run;
    if (!run?.hasSubscribers) return;
    const { name, kind } = this.#info;
    this.#run = { side: 'parent', task: this.#task, name, kind };
    run.start.publish(this.#run);
    run.end.publish(this.#run);
  }

  #spawned(pid: number): void {
    this.#pid = pid;
    this.trace?.spawned(pid);
    if (this.#run) this.#run.pid = pid;
    if (channels()?.spawn.hasSubscribers) channels()?.spawn.publish(this.#payload());
  }

  #exited(exit: ExitStatus): void {
    this.trace?.exited(exit);
    const all = channels();
    if (all?.exit.hasSubscribers) {
      const payload = { task: this.#task, name: this.#info.name, pid: this.#pid, exit };
      all.exit.publish(payload satisfies DiagnosticsChannels['offspring-rx:exit']);
    }
    const context = this.#run;
    if (!all || !context) return;
    context.exit = exit;
    if (exit.error) {
      context.error = exit.error;
      all.run.error.publish(context);
    }
    all.run.asyncStart.publish(context);
    all.run.asyncEnd.publish(context);
  }

  #payload(): DiagnosticsChannels['offspring-rx:spawn'] {
    return { task: this.#task, name: this.#info.name, pid: this.#pid as number };
  }
}

/** A line of the log. Messages and iterations are no lifecycle events, and have none. */
function describeEvent(event: SubprocessEvent): string {
  if (event.type === 'spawned') return `its process is ${event.pid}`;
  if (event.type === 'failed') return `has failed: ${event.error.message}`;
  if (event.type === 'result') return 'has given its result';
  if (event.type !== 'exited') return `is ${event.type}`;
  const { pid, reason, code, signal, duration, forced, cause } = event.exit;
  const how = [reason, cause, code !== null && `code ${code}`, signal, forced && 'forced'].filter(Boolean).join(', ');
  return `process ${pid ?? 'none'} has ended after ${Math.round(duration)} ms (${how})`;
}
