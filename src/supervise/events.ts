/** Parent side: what can be observed of a supervisor, as one union on `type`. */
import type { AnySubprocess, ExitStatus, SubprocessError } from '../index';

/** An end after which the policy asks for another start. */
export interface Failure {
  /** The key of the child that ended; 'task' under `supervise`. */
  child: string;
  /** Which of its starts that was, from 1. */
  attempt: number;
  /** When, in ms of the supervisor's clock, which is monotonic: the differences count. */
  at: number;
  /** How its process ended; left out for a child that is a supervisor. */
  exit?: ExitStatus;
  /** What went wrong, if anything did; a RestartLimitError of a child that is a supervisor. */
  error?: SubprocessError;
}

/** `attempt` counts the starts of a child, from 1; it never goes back. */
export type SupervisorEvent<T extends AnySubprocess = AnySubprocess> =
  /** A task was constructed and started; its streams are yours to follow from the first event on. */
  | { type: 'started'; task: T; attempt: number }
  /** Its process has ended, or could not be made. */
  | { type: 'exited'; exit: ExitStatus; attempt: number }
  /** The policy asks for another start, `attempt`, which comes after `delay` ms. */
  | { type: 'restarting'; delay: number; attempt: number }
  /** Too many failures: no process is left, and the stream errors with a RestartLimitError next. */
  | { type: 'gave-up'; history: readonly Failure[] };

/** Which child of a tree of supervisors an event is about. */
export interface Place<Key extends string = string> {
  /** Its key; of `gave-up`, the key of the child whose failure was one too many. */
  child: Key;
  /** The keys that lead to it from the top; the last one is `child`. */
  path: readonly string[];
}
