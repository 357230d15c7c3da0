/** Parent side: the events of a supervisor, as one union on `type`. */
import type { AnySubprocess, ExitStatus, SubprocessError } from '../index';

/** An end of a child after which its policy asks for a restart. */
export interface Failure {
  /** The key of the child that ended; 'task' under `supervise`. */
  child: string;
  /** The number of the start that ended so, from 1. */
  attempt: number;
  /** When it failed, in ms of the supervisor's monotonic clock. Only differences are meaningful. */
  at: number;
  /** How the process ended; left out for a child that is a supervisor. */
  exit?: ExitStatus;
  /** What went wrong, if anything did. For a child that is a supervisor: its RestartLimitError. */
  error?: SubprocessError;
}

/**
 * What happens to a supervised child. `attempt` is the number of its start, from 1. It only increases.
 *
 * @example
 * const log = (event: SupervisorEvent) => {
 *   if (event.type === 'exited')
 *     console.log(event.attempt, event.exit.cause);
 *   if (event.type === 'restarting')
 *     console.log(`again in ${event.delay} ms`);
 * };
 * supervise(() => new CountLines('no-such-file'), {
 *   backoff: { initial: 20, jitter: 0 },
 *   intensity: { restarts: 1 },
 * })
 *   .pipe(catchError(error => of(error)))
 *   .subscribe(log);
 * // prints: 1 threw
 * // prints: again in 20 ms
 * // prints: 2 threw
 */
export type SupervisorEvent<T extends AnySubprocess = AnySubprocess> =
  /** A task was constructed and started. Subscribe to its streams now to miss no event. */
  | { type: 'started'; task: T; attempt: number }
  /** The task's process has ended, or could not be started. */
  | { type: 'exited'; exit: ExitStatus; attempt: number }
  /**
   * The child will be restarted after `delay` ms; `attempt` is the number of that start. `history` has the failures
   * within the last `intensity.period`, this one included.
   */
  | { type: 'restarting'; delay: number; attempt: number; history: readonly Failure[] }
  /** There were too many failures. No process is left, and the stream errors with a RestartLimitError next. */
  | { type: 'gave-up'; history: readonly Failure[] };

/** The place in a tree of supervisors of the child that an event is about. */
export interface Place<Key extends string = string> {
  /** The key of the child. For `gave-up`: the child whose failure exceeded the limit. */
  child: Key;
  /** The keys from the top down to the child; the last one is `child`. */
  path: readonly string[];
}
