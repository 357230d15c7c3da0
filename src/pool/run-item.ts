/** Parent side: one item through a pool, as a promise. */
import { StateError } from '../index';
import type { RunOptions } from './mapping-types';
import { RunJob } from './run-job';
import type { Scheduler } from './scheduler';

const ADVICE = 'await some of them before you hand in more, map() an Iterable, or raise queueLimit';

export function runItem(scheduler: Scheduler, item: unknown, options?: RunOptions): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const job = new RunJob(item, resolve, reject);
    const signal = options?.signal;
    if (signal) {
      checkSignal(signal, scheduler.name);
      if (signal.aborted) throw signal.reason;
    }
    scheduler.add(job, ADVICE);
    if (!signal) return;
    const giveUp = () => scheduler.giveUp(job, signal.reason);
    signal.addEventListener('abort', giveUp, { once: true });
    job.onSettled = () => signal.removeEventListener('abort', giveUp);
  });
}

function checkSignal(signal: unknown, subprocess: string): void {
  if (typeof (signal as Partial<AbortSignal>).addEventListener === 'function') return;
  throw new StateError(`${subprocess}: run(item, { signal }): it must be an AbortSignal`, { subprocess });
}
