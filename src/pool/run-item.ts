/** Parent side: one item through a pool, as a promise. */
import { StateError } from '../index';
import { followSignal } from './follow-signal';
import type { RunOptions } from './mapping-types';
import { RunJob } from './run-job';
import type { Scheduler } from './scheduler';

const ADVICE = 'await some of them before you hand in more, map() an Iterable, or raise queueLimit';

export function runItem(scheduler: Scheduler, item: unknown, options?: RunOptions): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const job = new RunJob(item, resolve, reject);
    const signal = options?.signal;
    if (signal === undefined) return scheduler.add(job, ADVICE);
    checkSignal(signal, scheduler.name);
    if (signal.aborted) throw signal.reason;
    scheduler.add(job, ADVICE);
    job.onSettled = followSignal(signal, () => scheduler.giveUp(job, signal.reason));
  });
}

function checkSignal(signal: unknown, subprocess: string): void {
  if (typeof (signal as Partial<AbortSignal> | null)?.addEventListener === 'function') return;
  throw new StateError(`${subprocess}: run(item, { signal }): it must be an AbortSignal`, { subprocess });
}
