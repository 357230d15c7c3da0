/** Both sides: how a child ended, as one union on `reason`. */
import type { SubprocessError } from './errors';

interface ExitFacts {
  /** Name of the Subprocess class. */
  subprocess: string;
  /** Process id; `null` if no process was made. */
  pid: number | null;
  /** Exit code; `null` if a signal ended the process, or no process was made. */
  code: number | null;
  /** The signal that ended the process; `null` if none did. */
  signal: NodeJS.Signals | null;
  /** Milliseconds from the start to the exit; 0 if the task was never started. */
  duration: number;
  /** Whether the parent sent SIGKILL. */
  forced: boolean;
  /** What went wrong, if anything did. */
  error?: SubprocessError;
}

/** `run` returned, and the process exited with code 0. */
export interface Completed extends ExitFacts {
  reason: 'completed';
  code: 0;
  signal: null;
  error?: never;
}

/** `run` threw, the exit code was not 0, or the process exited before `run` had returned. */
export interface Failed extends ExitFacts {
  reason: 'failed';
  error: SubprocessError;
}

/** A shutdown stopped it, or the work obeyed a SIGTERM from outside. `error` is what went wrong while it stopped. */
export interface Stopped extends ExitFacts {
  reason: 'stopped';
  /** Set if nobody in this process asked for the stop: the SIGTERM came from outside. */
  fromOutside?: true;
}

/** A signal that this library did not send ended the process. */
export interface Killed extends ExitFacts {
  reason: 'killed';
  signal: NodeJS.Signals;
  error: SubprocessError;
}

/** It never became ready (`error` is a StartError), or it was shut down before it was started. */
export interface NotStarted extends ExitFacts {
  reason: 'not-started';
}

/** How a task ended. */
export type ExitStatus = Completed | Failed | Stopped | Killed | NotStarted;
