/**
 * Both sides: the hook for what records traces. `offspring-rx/otel` sets it, for all copies of the package in the process.
 * The library itself knows nothing of OpenTelemetry.
 */
import type { ExitStatus } from '../model/exit-status';
import type { Kind } from '../model/kind';
import { acrossCopies } from '../util/across-copies';
import { basePrototype } from '../util/base-class';

/** A context as plain data: what the propagators of OpenTelemetry write, such as `traceparent`. */
export type Carrier = Readonly<Record<string, string>>;

/** A worker of a pool lives as long as its pool, and what it is for are its items. */
export type TracedKind = Kind | 'worker';

/** What user code a child calls. */
export type TracedActivity = 'run' | 'begin' | 'loop' | 'end' | 'work';

export interface Tracer {
  /** Parent side: a task was constructed. */
  task(about: { name: string; kind: TracedKind }): TaskTrace;
  /** Parent side: an item was added to a pool. */
  item(about: { name: string }): ItemTrace;
  /** Parent side: a pool was constructed. Returns a function that is called when the pool has ended. */
  pool(about: { name: string; stats(): { queued: number; running: number } }): () => void;
  /** Parent side: a supervisor is about to restart a child, after `delay` ms. */
  restart(about: { child: string; path: readonly string[]; attempt: number; delay: number }): RestartTrace;
  /** The current context; undefined if it has nothing that could be carried. */
  carrier(): Carrier | undefined;
  /** Child side: user code is about to be called, in the context of `carrier`. */
  activity(about: {
    name: string;
    kind: TracedKind;
    activity: TracedActivity;
    carrier: Carrier | undefined;
  }): ActivityTrace;
  /** Both sides: calls `receive` in the context of `carrier`, which has come from another process. */
  receive(carrier: Carrier, receive: () => void): void;
  /** Child side: exports what is recorded, since this process is about to exit. Never rejects, and does not take long. */
  flush(): Promise<void>;
}

/** One task, from its construction to its exit. */
export interface TaskTrace {
  /** The task is started. Returns what its child gets. */
  starting(): Carrier | undefined;
  spawned(pid: number): void;
  ready(): void;
  exited(exit: ExitStatus): void;
  /** Calls `subscribe` so that the subscriber is called in the context of the task, if it has no trace of its own. */
  subscribe<T>(subscribe: () => T): T;
}

/** One item of a pool, from when it is added until it settles. */
export interface ItemTrace {
  /** What the worker gets with the item. */
  readonly carrier: Carrier | undefined;
  /** `error`: set if the item was rejected. `runTime`: ms; left out if no worker has told it. */
  settled(end: { error?: unknown; pid?: number; runTime?: number }): void;
}

export interface RestartTrace {
  /** The child is ready again; or it is not, because of `error` or since it was stopped. */
  ended(error?: unknown): void;
}

export interface ActivityTrace {
  /** Calls user code in the context of the activity. May be called more than once. */
  call<T>(userCode: () => T): T;
  /** `failure`: set if the user code threw. */
  ended(failure?: { error: unknown }): void;
}

/** An object that stays, since a global variable takes 10 ns to read, and each item of a pool asks for it. */
const holder = acrossCopies<{ current?: Tracer }>('tracer', () => ({}));

/** Undefined if nobody records traces in this process. */
export const tracer = (): Tracer | undefined => holder.current;

/** Calls `call` as if nobody recorded traces: for what the library sends for reasons of its own. */
export function untraced<T>(call: () => T): T {
  const { current } = holder;
  if (!current) return call();
  delete holder.current;
  try {
    return call();
  } finally {
    holder.current = current;
  }
}

/** The kind of a task, given its kind and the task itself. */
export const tracedKind = (kind: Kind, task: object): TracedKind =>
  basePrototype(task, 'SubprocessWorker') ? 'worker' : kind;
