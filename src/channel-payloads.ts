/** Both sides: the types of what is published on the channels of node:diagnostics_channel. */
import type { ExitStatus } from './model/exit-status';
import type { Kind } from './model/kind';
import type { Iteration } from './model/types';
import type { AnySubprocess } from './subprocess';

/** What all payloads about a task have. */
export interface TaskPayload {
  /** The instance in this process, which is the parent. */
  task: AnySubprocess;
  /** The name of its class. */
  name: string;
  /** Process id of the child. */
  pid: number;
}

/**
 * What the channels of `node:diagnostics_channel` publish, by the name of the channel. All times are in ms.
 *
 * @example
 * type Ended = DiagnosticsChannels['offspring-rx:exit'];
 * subscribe('offspring-rx:exit', message => {
 *   const { name, exit } = message as Ended;
 *   console.log(name, exit.reason);
 * });
 * await new CountLines('access.log').wait();
 * // prints: CountLines completed
 */
export interface DiagnosticsChannels {
  /** A task has got its process. */
  'offspring-rx:spawn': TaskPayload;
  /** The child has loaded its module. A loop has run `begin`. */
  'offspring-rx:ready': TaskPayload;
  /** A message has arrived. Published before any subscriber of `message$` gets it. */
  'offspring-rx:message': TaskPayload & { message: unknown };
  /** A turn of a loop is over. */
  'offspring-rx:iteration': TaskPayload & Iteration;
  /** A task has ended. `pid` is null if it had no process. */
  'offspring-rx:exit': Omit<TaskPayload, 'pid'> & { pid: number | null; exit: ExitStatus };
  /** A supervisor restarts a child after `delay` ms. */
  'offspring-rx:restart': {
    /** The key of the child; 'task' under `supervise`. */
    child: string;
    /** The keys from the top down to the child. */
    path: readonly string[];
    /** The number of the start that follows, from 1. */
    attempt: number;
    delay: number;
    /** How the process has ended; left out for a child that is a supervisor. */
    exit?: ExitStatus;
    error?: Error;
  };
  /** An item of a pool is done, has failed or was canceled. */
  'offspring-rx:item': {
    /** The name of the class of the workers. */
    name: string;
    item: unknown;
    status: 'fulfilled' | 'rejected' | 'canceled';
    /** Why it was rejected or canceled. */
    reason?: unknown;
    /** From when it was added until it settled. */
    duration: number;
    /** How long the work took; left out if no worker has told it. */
    runTime?: number;
    /** Of the worker that has told it. */
    pid?: number;
  };
  /** The context of `tracing:offspring-rx:run:*`: see TracedRun. */
  'tracing:offspring-rx:run': TracedRun;
  /** The context of `tracing:offspring-rx:work:*`: see TracedWork. */
  'tracing:offspring-rx:work': TracedWork;
}

/** One object for all events of one task in its parent, or of one call of user code in the child. */
export type TracedRun =
  /** From the start of a task to its end. */
  | {
      side: 'parent';
      task: AnySubprocess;
      name: string;
      kind: Kind;
      pid?: number;
      /** Set at the end. */
      exit?: ExitStatus;
      /** Set if the task has failed. */
      error?: unknown;
    }
  /** One call of `run`, `begin`, `loop` or `end`. */
  | {
      side: 'child';
      name: string;
      method: 'run' | 'begin' | 'loop' | 'end';
      /** What it has returned. */
      result?: unknown;
      /** What it has thrown. */
      error?: unknown;
    };

/** One object for all events of one item in the pool, or of one call of `work` in the worker. */
export type TracedWork =
  /** From when an item was added until it settled. */
  | { side: 'parent'; name: string; item: unknown; pid?: number; runTime?: number; error?: unknown }
  /** One call of `work`. */
  | { side: 'child'; name: string; item: unknown; error?: unknown };
