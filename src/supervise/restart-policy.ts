/** Parent side: decides whether a child is restarted after its end. */
import type { ExitStatus, SubprocessError } from '../index';

/**
 * When a child is restarted. 'always': after every end; 'on-failure': after a failure; 'never': after no end. OTP calls
 * these permanent, transient and temporary.
 *
 * @example
 * const restart: RestartPolicy = 'always';
 * supervise(() => new Heartbeat(), { restart }).subscribe();
 */
export type RestartPolicy = 'always' | 'on-failure' | 'never';

export const RESTART_POLICIES: readonly RestartPolicy[] = ['always', 'on-failure', 'never'];

/** How a child ended. */
export interface ChildEnd {
  /** Left out for a child that is a supervisor. */
  exit?: ExitStatus;
  /** Why it failed; for a supervisor, the error with which it gave up. */
  error?: SubprocessError;
}

export function asksForRestart(policy: RestartPolicy, { exit, error }: ChildEnd): boolean {
  if (policy === 'never') return false;
  // It was shut down before it had a process. So is each task that is started while a signal ends the parent.
  if (exit?.reason === 'not-started' && !error) return false;
  if (policy === 'always') return true;
  // A stop that somebody else brought about, by SIGTERM, is a failure, whether or not the work obeyed the signal.
  if (exit?.reason === 'stopped') return exit.fromOutside === true;
  return error !== undefined;
}
