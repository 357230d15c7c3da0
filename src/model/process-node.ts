/** Both sides: what is known of a process, a supervisor or a pool, as plain data. */
import type { ExitCause, ExitStatus } from './exit-status';
import type { SubprocessState } from './state';

/**
 * 'subprocess': a task that runs once. 'loop': a SubprocessLoop. 'from-subprocess': a task that `fromSubprocess` has
 * started. 'supervisor' and 'pool' have no process of their own: theirs are below them.
 */
export type ProcessKind = (typeof KINDS)[number];
export const KINDS = ['subprocess', 'loop', 'from-subprocess', 'supervisor', 'pool'] as const;

/** How a process or a supervisor ended. */
export interface NodeExit {
  /** As in its ExitStatus; 'failed' for a supervisor that gave up. */
  readonly reason: ExitStatus['reason'];
  /** Why it did not complete, in a word. */
  readonly cause?: ExitCause;
  /** Exit code; `null` if a signal ended it, or there was no process, as for a supervisor. */
  readonly code: number | null;
  /** The signal that ended it; `null` if none did. */
  readonly signal: NodeJS.Signals | null;
  /** Whether the parent sent SIGKILL. */
  readonly forced: boolean;
  /** The message of its error; at most 2,000 characters. */
  readonly error?: string;
}

/**
 * How long something took, in ms. All are 0 if it never happened.
 *
 * @example
 * const lineOf = ({ count, p50, p99 }: NodeTimes) =>
 *   `${count} times, ${p50} to ${p99} ms`;
 */
export interface NodeTimes {
  /** How often it happened. */
  readonly count: number;
  /** The mean, in ms. */
  readonly mean: number;
  /** The median, in ms: half of the times are at most this long. */
  readonly p50: number;
  /** 90 of 100 are at most this long, in ms. */
  readonly p90: number;
  /** 99 of 100 are at most this long, in ms. */
  readonly p99: number;
  /** The longest, in ms. */
  readonly max: number;
}

/** The statistics of a pool: see PoolStats. */
export interface NodeStats {
  /** How many items wait. */
  readonly queued: number;
  /** How many items are being worked on. */
  readonly running: number;
  /** How many items were fulfilled. */
  readonly done: number;
  /** How many items were rejected. */
  readonly failed: number;
  /** How many items were given up before the work on them began. */
  readonly canceled: number;
  /** How many child processes take items. */
  readonly workers: number;
  /** The share of their time that workers have worked, from 0 to 1. */
  readonly utilization: number;
  /** How long items waited before the work on them began. */
  readonly waitTime: NodeTimes;
  /** How long the work on items took. */
  readonly runTime: NodeTimes;
}

/**
 * One process, supervisor or pool at one moment. Times are in ms since the epoch.
 *
 * @example
 * const lineOf = ({ name, pid, state, exit }: ProcessNode) =>
 *   `${name} ${pid ?? ''} ${exit?.reason ?? state}`;
 * processTree$().subscribe(nodes =>
 *   console.log(nodes.map(lineOf).join('\n')),
 * );
 */
export interface ProcessNode {
  /** Unique in the tree, and never given again. It begins with the `id` of the process that has started this one. */
  readonly id: string;
  /**
   * The `id` of the supervisor, the pool or the process that this belongs to. Undefined if it belongs to the process
   * that looks at the tree.
   */
  readonly parent: string | undefined;
  /** What it is. */
  readonly kind: ProcessKind;
  /** The name of the class. For a supervisor: its key below another one, or what has made it, such as 'superviseAll'. */
  readonly name: string;
  /** The key of a supervised child, or the index of a worker among those of its pool. */
  readonly key?: string;
  /** The title by which `ps` shows the process; left out if the library gives it none. */
  readonly title?: string;
  /** Process id; `null` for a supervisor or a pool, and while there is no process. */
  readonly pid: number | null;
  /** The state of the task; that of a supervisor or a pool has the same names. */
  readonly state: SubprocessState;
  /** When the state last changed, in ms since the epoch. */
  readonly since: number;
  /** When it was started, in ms since the epoch. For a task that has not been started yet: when it was first seen. */
  readonly startedAt: number;
  /** When it ended, in ms since the epoch; left out while it lives. */
  readonly endedAt?: number;
  /** Left out while it lives, and if nobody saw how it ended, since the process that had started it ended first. */
  readonly exit?: NodeExit;
  /**
   * For a supervised child: how often its supervisor has started it again. For a supervisor: how often it has started
   * one of its children again.
   */
  readonly restarts?: number;
  /** Set if it can be restarted by hand: it is the child of a supervisor. */
  readonly canRestart?: true;
  /** How many iterations have arrived from a loop; 0 for all others. */
  readonly iterations: number;
  /** How many messages have arrived. */
  readonly messages: number;
  /** For a pool. */
  readonly stats?: NodeStats;
}
