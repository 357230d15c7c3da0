/** Parent side: decides which items of a worker that has exited fail. Pure. */
import type { ExitStatus } from '../../../index';
import type { CheckedOptions } from '../../options';
import { crashError, timeoutError } from './explain';
import type { FailedItem, Job } from './job';

/**
 * The most items of a batch that is to tell which of its items ended a worker. If a batch of this size ends its worker
 * too, each of its items is sent alone.
 */
export const SMALL_BATCH = 32;

/** Why the pool has stopped a worker: its item took too long, or its item was canceled. */
export type StopReason = 'timeout' | 'canceled';

export interface Blame {
  /** The items that are sent again. */
  retry: Job[];
  failed: FailedItem[];
}

/**
 * `begun`: the items of the batch that the worker was working on, without those that it has answered. One of them ended
 * the worker; those before it may have been done. `stopReason`: why the pool has stopped the worker, if an item was the
 * reason.
 */
export function blame(
  begun: readonly Job[],
  exit: ExitStatus,
  stopReason: StopReason | undefined,
  { retries, timeout }: Pick<CheckedOptions, 'retries' | 'timeout'>,
): Blame {
  const unsettled = begun.filter(({ settled }) => !settled);
  const [only] = unsettled;
  // The item that ended the worker was canceled, or rejected when it took too long, so no remaining item is at fault.
  const isSettled = stopReason === 'canceled' || (stopReason === 'timeout' && unsettled.length < begun.length);
  if (isSettled || !only) return { retry: unsettled, failed: [] };
  if (begun.length > 1) {
    const batchLimit = begun.length > SMALL_BATCH ? SMALL_BATCH : 1;
    return { retry: unsettled.map(job => Object.assign(job, { batchLimit })), failed: [] };
  }
  if (stopReason === 'timeout') {
    return { retry: [], failed: [{ job: only, reason: timeoutError(exit.subprocess, exit.pid, timeout) }] };
  }
  if (only.crashes++ < retries) return { retry: [only], failed: [] };
  return { retry: [], failed: [{ job: only, reason: crashError(exit) }] };
}
