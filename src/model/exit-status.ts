/** Both sides: how a child ended, as one union on `reason`. */
import type { SubprocessError } from './errors';

interface Ended {
  /** Name of the Subprocess class. */
  subprocess: string;
  /** Process id; `null` if no process was made. */
  pid: number | null;
  /** Exit code; `null` if a signal ended it, or no process was made. */
  code: number | null;
  /** The signal that ended it, if one did. */
  signal: NodeJS.Signals | null;
  /** Milliseconds from the start to the end; 0 if it was never started. */
  duration: number;
  /** Whether the parent had to send SIGKILL. */
  forced: boolean;
  /** What went wrong, if anything did. */
  error?: SubprocessError;
}

/** `run` returned and the process ended with code 0. */
export interface Completed extends Ended {
  reason: 'completed';
  code: 0;
  signal: null;
  error?: never;
}

/** `run` threw, the code was not 0, or the process ended although nobody had asked for it. */
export interface Failed extends Ended {
  reason: 'failed';
  error: SubprocessError;
}

/** We asked, or a loop obeyed a SIGTERM from outside. `error` tells what went wrong while it stopped. */
export interface Stopped extends Ended {
  reason: 'stopped';
}

/** A signal that was not ours. */
export interface Killed extends Ended {
  reason: 'killed';
  signal: NodeJS.Signals;
  error: SubprocessError;
}

/** It never became ready (`error`, a StartError), or was shut down before it was started. */
export interface NotStarted extends Ended {
  reason: 'not-started';
}

/** How a child ended. */
export type ExitStatus = Completed | Failed | Stopped | Killed | NotStarted;
