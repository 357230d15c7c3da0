/** Parent side: whether an end asks for another start. Pure. */
import type { ExitStatus, SubprocessError } from '../index';

/** 'always': after any end; 'on-failure': after one that went wrong; 'never'. OTP's permanent, transient, temporary. */
export type RestartPolicy = 'always' | 'on-failure' | 'never';

export const RESTART_POLICIES: readonly RestartPolicy[] = ['always', 'on-failure', 'never'];

/** How a child ended: a process with its status, a supervisor below with the error with which it gave up. */
export interface Ended {
  exit?: ExitStatus;
  error?: SubprocessError;
}

export function asksForRestart(policy: RestartPolicy, { exit, error }: Ended): boolean {
  if (policy === 'never') return false;
  // Shut down before it had a process, as all that is started while the parent dies of a signal.
  if (exit?.reason === 'not-started' && !error) return false;
  if (policy === 'always') return true;
  return error !== undefined && exit?.reason !== 'stopped';
}
