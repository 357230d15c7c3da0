/** Parent side: what the parent knows about one child. */
import type { SubprocessError } from '../../model/errors';

/**
 * Why the parent sends SIGKILL. 'grace': a grace is over, or was cut short. 'overdue': the child is done or its channel
 * has closed, and it goes on. 'error': it has failed to start, or has broken the protocol. 'memory': it has more memory
 * than its MEMORY_LIMIT.
 */
export type KillReason = 'grace' | 'overdue' | 'error' | 'memory';

/** Bytes of resident memory: what a child had, and what it may have. */
export interface MemoryExcess {
  readonly bytes: number;
  readonly limit: number;
}

export interface Facts {
  /** Name of the class. */
  readonly subprocess: string;
  /** What messages call the module of the class: `tasks.ts:12`. The name of the class, until the class is located. */
  readonly place: string;
  /** ms of a monotonic clock. */
  readonly startedAt: number | null;
  readonly pid: number | null;
  /** The child has reported 'up'. The next four facts are reports of that name too. */
  readonly up: boolean;
  readonly ready: boolean;
  readonly entered: boolean;
  readonly result: boolean;
  readonly done: boolean;
  /** The channel has closed. */
  readonly closed: boolean;
  /** The child has reported 'stalled'. */
  readonly stalled: boolean;
  /** The child has reported 'handles-stop'. */
  readonly handlesStop: boolean;
  /** The event 'stopping' was emitted. */
  readonly stopping: boolean;
  /** This process has asked for a stop. */
  readonly asked: boolean;
  /** What came first: an error, or a shutdown that ends the child. */
  readonly first: 'error' | 'stop' | null;
  /** The first error. */
  readonly error: SubprocessError | null;
  /** Nothing caught the first error, and nothing that the library called had thrown it. */
  readonly failedOutside: boolean;
  /** Why the parent has sent SIGKILL, if it has. */
  readonly killReason: KillReason | null;
  /** How much memory it had, if that is why. */
  readonly excess: MemoryExcess | null;
  /** The last lines of the child's stderr. */
  readonly stderr: readonly string[];
  /** A line of stderr said that the heap is exhausted. */
  readonly heapFull: boolean;
  readonly exited: boolean;
}

export const initialFacts = (subprocess: string): Facts => ({
  subprocess,
  place: subprocess,
  startedAt: null,
  pid: null,
  up: false,
  ready: false,
  entered: false,
  result: false,
  done: false,
  closed: false,
  stalled: false,
  handlesStop: false,
  stopping: false,
  asked: false,
  first: null,
  error: null,
  failedOutside: false,
  killReason: null,
  excess: null,
  stderr: [],
  heapFull: false,
  exited: false,
});
