/** Parent side: records an item of a pool, and tells of it on the channel `offspring-rx:work`. */
import { channels } from '../../../diagnostics/channels';
import { type ItemTrace, tracer } from '../../../diagnostics/tracer';
import type { DiagnosticsChannels, TracedWork } from '../../../index';
import { now } from '../../../util/clock';
import type { Failure, Job } from './job';

type ParentWork = Extract<TracedWork, { side: 'parent' }>;
type ItemPayload = DiagnosticsChannels['offspring-rx:item'];

/** The worker that has told how long the work on an item took. */
export interface TellingWorker {
  readonly pid: number | null;
}

/** What is kept with an item from when it is added until it settles. */
export interface ItemWatch {
  trace: ItemTrace | undefined;
  /** Undefined if nobody was subscribed when the item was added. */
  context: ParentWork | undefined;
}

/** Called when an item is added. Does nothing if nobody is subscribed and nobody records traces. */
export function watchItem(name: string, job: Job): void {
  const trace = tracer()?.item({ name });
  const work = channels()?.work;
  if (!work?.hasSubscribers) {
    if (trace) job.watch = { trace, context: undefined };
    return;
  }
  const context: ParentWork = { side: 'parent', name, item: job.item };
  job.watch = { trace, context };
  work.start.publish(context);
  work.end.publish(context);
}

/** Records an item that another process works on, which tells of it on its own channels. */
export function traceItem(name: string, job: Job): void {
  const trace = tracer()?.item({ name });
  if (trace) job.watch = { trace, context: undefined };
}

export function endItemTrace(job: Job, failure: Failure | undefined): void {
  job.watch?.trace?.settled(failure ? { error: failure.reason } : {});
}

/**
 * Called when an item settles, before its promise or its stream does. `time`: how long the work took, in ms; left out if no
 * worker has told it.
 */
export function announceSettled(
  name: string,
  job: Job,
  failure: Failure | undefined,
  time?: number,
  worker?: TellingWorker,
): void {
  const pid = worker?.pid ?? undefined;
  const worked = { ...(time !== undefined && { runTime: time }), ...(pid !== undefined && { pid }) };
  const end = { ...(failure && { error: failure.reason }), ...worked };
  job.watch?.trace?.settled(end);
  const context = job.watch?.context;
  if (context) publishEnd(Object.assign(context, end), failure !== undefined);
  const item = channels()?.item;
  if (!item?.hasSubscribers) return;
  const duration = now() - job.addedAt;
  const outcome = { status: statusOf(failure), ...(failure && { reason: failure.reason }) };
  item.publish({ name, item: job.item, ...outcome, duration, ...worked } satisfies ItemPayload);
}

/** Whether `announceSettled` would do anything. */
export const isItemWatched = (job: Job): boolean => job.watch !== undefined || channels()?.item.hasSubscribers === true;

function publishEnd(context: ParentWork, hasFailed: boolean): void {
  const work = channels()?.work;
  if (hasFailed) work?.error.publish(context);
  work?.asyncStart.publish(context);
  work?.asyncEnd.publish(context);
}

function statusOf(failure: Failure | undefined): ItemPayload['status'] {
  if (!failure) return 'fulfilled';
  return failure.kind === 'canceled' ? 'canceled' : 'rejected';
}
