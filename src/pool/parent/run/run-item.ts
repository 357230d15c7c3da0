/** Parent side: works on one item in a pool, as a promise. */
import { checkRunOptions, type RunOptions } from '../../options';
import { followSignal } from '../items/follow-signal';
import type { ItemScheduler } from '../items/item-scheduler';
import { PriorRunJob, RunJob } from './run-job';

const ADVICE = 'await some of them before you hand in more, map() an Iterable, or raise queueLimit';

/** Resolves with the item's output, or a list of its outputs. Rejects with its error, the signal's reason, or an error of the options. */
export function runItem(scheduler: ItemScheduler, item: unknown, options?: RunOptions): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const { signal, priority } = options === undefined ? {} : checkRunOptions(options, scheduler.name);
    const job = priority ? new PriorRunJob(item, resolve, reject, priority) : new RunJob(item, resolve, reject);
    signal?.throwIfAborted();
    scheduler.mustTakeItems();
    scheduler.add(job, ADVICE);
    if (signal) job.onSettled = followSignal(signal, () => scheduler.cancel(job, signal.reason));
  });
}
