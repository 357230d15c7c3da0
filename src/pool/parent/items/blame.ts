/** Parent side: which of the items of a worker that has ended are at fault, and which travel again. Pure. */
import type { ExitStatus } from '../../../index';
import type { CheckedOptions } from '../../options';
import { crashed, timedOut } from './explain';
import type { Job } from './job';

/** Items that travel together where one of them has ended a worker; the next time, each goes by itself. */
export const FEW = 32;

export interface Blame {
  again: Job[];
  failed: { job: Job; reason: unknown }[];
}

/** Of `begun`, one was worked on, and those before it may be done. `verdict`: why the pool has ended it, if it did. */
export function blame(
  begun: readonly Job[],
  exit: ExitStatus,
  verdict: 'timeout' | 'unwanted' | undefined,
  { retries, timeout }: Pick<CheckedOptions, 'retries' | 'timeout'>,
): Blame {
  const unsettled = begun.filter(({ settled }) => !settled);
  const [only] = unsettled;
  // What is no longer wanted was the fault of none that is.
  if (verdict === 'unwanted' || !only) return { again: unsettled, failed: [] };
  if (begun.length > 1) {
    const batchLimit = begun.length > FEW ? FEW : 1;
    return { again: unsettled.map(job => Object.assign(job, { batchLimit })), failed: [] };
  }
  if (verdict === 'timeout') return { again: [], failed: [{ job: only, reason: timedOut(exit, timeout) }] };
  if (only.crashes++ < retries) return { again: [only], failed: [] };
  return { again: [], failed: [{ job: only, reason: crashed(exit) }] };
}
