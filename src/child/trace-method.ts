/** Child side: calls the methods of a task so that traces are recorded, and the channel `offspring-rx:run` tells of them. */
import type { TracedRun } from '../channel-payloads';
import { channels } from '../diagnostics/channels';
import { type ActivityTrace, tracedKind, tracer } from '../diagnostics/tracer';
import type { PrimeOrder, StartOrder } from '../protocol/to-child';

/** The methods of a task that the child calls. */
export type Method = Extract<TracedRun, { side: 'child' }>['method'];

export interface MethodCall {
  task: object;
  prime: Pick<PrimeOrder, 'kind' | 'target'>;
  /** With the context in which the task was started. */
  order: Pick<StartOrder, 'trace'>;
}

/** Calls `userCode`: as it is, while nobody is subscribed and nobody records traces. */
export function traceMethod<T>({ task, prime, order }: MethodCall, method: Method, userCode: () => T): T {
  const { name } = prime.target;
  const call = channels()?.run.hasSubscribers ? () => publishMethod(name, method, userCode) : userCode;
  const current = tracer();
  if (!current) return call();
  const kind = tracedKind(prime.kind, task);
  return recordMethod(current.activity({ name, kind, activity: method, carrier: order.trace }), call);
}

// What these two return in place of a value is a promise of it: it is awaited anyway.

function publishMethod<T>(name: string, method: Method, userCode: () => T): T {
  const context: TracedRun = { side: 'child', name, method };
  return channels()?.run.tracePromise(async () => userCode(), context) as T;
}

function recordMethod<T>(activity: ActivityTrace, call: () => T): T {
  const recorded = async () => {
    try {
      const value = await activity.call(call);
      activity.ended();
      return value;
    } catch (error) {
      activity.ended({ error });
      throw error;
    }
  };
  return recorded() as T;
}
