/** Both sides: tells how long a process has run on a processor, and how long it had to wait for one. */
import { readdirSync, readFileSync } from 'node:fs';
import { PROC } from '../platform/linux';
import { attempt } from './safely';

export interface ProcessorTime {
  /** ms on a processor. */
  ran: number;
  /** ms in which it could have run, and another process had the processor. */
  waited: number;
}

/**
 * The sum of all threads that the process has now. The main thread may wait for another one, such as that of a module
 * loader. Undefined if the system does not tell: only Linux does.
 * https://docs.kernel.org/scheduler/sched-stats.html#proc-pid-schedstat
 */
export function processorTime(pid: number): ProcessorTime | undefined {
  const threads = attempt(() => readdirSync(`${PROC}/${pid}/task`)) ?? [];
  const time = { ran: 0, waited: 0 };
  for (const thread of threads) {
    // The thread may have ended since.
    const line = attempt(() => readFileSync(`${PROC}/${pid}/task/${thread}/schedstat`, 'latin1')) ?? '';
    const [ran = 0, waited = 0] = line.split(' ').map(Number);
    time.ran += ran / 1e6;
    time.waited += waited / 1e6;
  }
  // A kernel that does not count gives zeros.
  return time.ran > 0 ? time : undefined;
}
