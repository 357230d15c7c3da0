/** Child side: records the work on an item, and tells of it on the channel `offspring-rx:work`. */
import { channels } from '../../diagnostics/channels';
import { type ActivityTrace, type Carrier, tracer } from '../../diagnostics/tracer';
import type { TracedWork } from '../../index';
import type { AnySubprocessWorker, ItemContext } from '../subprocess-worker';

/** The work on one item. */
export class WorkTrace implements ActivityTrace {
  readonly #activity: ActivityTrace | undefined;
  /** Undefined if nobody was subscribed when the work began. */
  readonly #context: TracedWork | undefined;
  #hasStarted = false;

  constructor(activity: ActivityTrace | undefined, context: TracedWork | undefined) {
    this.#activity = activity;
    this.#context = context;
  }

  work(worker: AnySubprocessWorker, item: unknown, context: ItemContext): unknown {
    return this.call(() => worker.work(item, context));
  }

  call<T>(userCode: () => T): T {
    const call = () => this.#publishCall(userCode);
    return this.#activity ? this.#activity.call(call) : call();
  }

  ended(failure?: { error: unknown }): void {
    this.#activity?.ended(failure);
    const work = channels()?.work;
    if (!work || !this.#context) return;
    if (failure) {
      this.#context.error = failure.error;
      work.error.publish(this.#context);
    }
    work.asyncStart.publish(this.#context);
    work.asyncEnd.publish(this.#context);
  }

  /** The outputs of a generator are pulled by further calls. */
  #publishCall<T>(userCode: () => T): T {
    const work = channels()?.work;
    if (!work || !this.#context || this.#hasStarted) return userCode();
    this.#hasStarted = true;
    const context = this.#context;
    return work.start.runStores(context, () => {
      try {
        return userCode();
      } finally {
        work.end.publish(context);
      }
    });
  }
}

/** Whether somebody is subscribed or records traces. */
export const isWorkTraced = (): boolean => channels()?.work.hasSubscribers === true || tracer() !== undefined;

export function traceWork(worker: AnySubprocessWorker, item: unknown, carrier: Carrier | undefined): WorkTrace {
  const { name } = worker.constructor;
  const activity = tracer()?.activity({ name, kind: 'worker', activity: 'work', carrier });
  return new WorkTrace(activity, channels()?.work.hasSubscribers ? { side: 'child', name, item } : undefined);
}
