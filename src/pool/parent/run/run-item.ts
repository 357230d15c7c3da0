/** Parent side: one item through a pool, as a promise. */
import type { Scheduler } from '../scheduler/scheduler';
import { followSignal } from './follow-signal';
import { RunJob } from './run-job';

const ADVICE = 'await some of them before you hand in more, map() an Iterable, or raise queueLimit';

/** Resolves with the item's last output. Rejects with what made it fail, or with the reason of `signal`. */
export function runItem(scheduler: Scheduler, item: unknown, signal?: AbortSignal): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const job = new RunJob(item, resolve, reject);
    signal?.throwIfAborted();
    scheduler.add(job, ADVICE);
    if (signal) job.onSettled = followSignal(signal, () => scheduler.giveUp(job, signal.reason));
  });
}
