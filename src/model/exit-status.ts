/** Both sides: how a child ended, as one union on `reason`. */
import type { SubprocessError } from './errors';

/**
 * Why a task did not complete, in a word.
 *
 * - 'threw': its code threw: `run`, `begin`, `loop` or `end`.
 * - 'uncaught': nothing caught an error of the child: of a timer, say, or an unhandled rejection.
 * - 'process-exit': `process.exit` was called before the work had returned, or Node ended so by itself.
 * - 'exit-code': the work returned, but the exit code was not 0.
 * - 'stalled': the work awaited something that could never come: nothing else was left to do.
 * - 'out-of-memory': V8's heap was exhausted. This is known only if the parent reads stderr (`STDIO`); otherwise the
 *   cause is 'crash'.
 * - 'memory-limit': it had more resident memory than its `MEMORY_LIMIT`, and was killed.
 * - 'crash': the process crashed: SIGSEGV, SIGABRT, SIGBUS, SIGILL, SIGFPE, SIGTRAP or SIGSYS.
 * - 'signal': another signal that this library did not send: SIGKILL of the system's out-of-memory killer, say.
 * - 'shutdown': a shutdown stopped it.
 * - 'grace': a shutdown asked it to stop. It did not end within its grace, and was killed.
 * - 'did-not-exit': its work had returned, but the process did not end within its grace, and was killed.
 * - 'lost-channel': its channel had closed, but the process did not end within its grace, and was killed.
 * - 'protocol': something else than this library wrote to its channel, so it was killed.
 * - 'ready-timeout': it was not ready within `READY_TIMEOUT`, so it was killed.
 * - 'start-failed': there was no process, or it could not load its class. The `phase` of the StartError tells more.
 * - 'watchdog': it gave no sign of life for as long as the `watchdog` of its supervisor allows, so it was killed.
 *
 * @example
 * const again: readonly ExitCause[] = ['crash', 'signal'];
 * const { cause } = await new CountLines('access.log').wait();
 * if (cause && again.includes(cause))
 *   console.log(await new CountLines('access.log').result());
 */
export type ExitCause =
  | 'threw'
  | 'uncaught'
  | 'process-exit'
  | 'exit-code'
  | 'stalled'
  | 'out-of-memory'
  | 'memory-limit'
  | 'crash'
  | 'signal'
  | 'shutdown'
  | 'grace'
  | 'did-not-exit'
  | 'lost-channel'
  | 'protocol'
  | 'ready-timeout'
  | 'start-failed'
  | 'watchdog';

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
  /** Why it ended, in a word. Absent if it completed. */
  cause?: ExitCause;
  /** What went wrong, if anything did. */
  error?: SubprocessError;
}

/** `run` returned, and the process exited with code 0. */
export interface Completed extends ExitFacts {
  reason: 'completed';
  code: 0;
  signal: null;
  cause?: never;
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

/** A signal that this library did not send ended the process: `cause` tells a crash from a signal of somebody else. */
export interface Killed extends ExitFacts {
  reason: 'killed';
  signal: NodeJS.Signals;
  error: SubprocessError;
}

/** It never became ready (`error` is a StartError), or it was shut down before it was started. */
export interface NotStarted extends ExitFacts {
  reason: 'not-started';
}

/**
 * How a task ended.
 *
 * @example
 * const exit = await new CountLines('access.log').wait();
 * if (exit.reason === 'killed')
 *   console.log(exit.signal, exit.error.message);
 * else console.log(exit.reason, exit.code);
 * // prints: completed 0
 */
export type ExitStatus = Completed | Failed | Stopped | Killed | NotStarted;
