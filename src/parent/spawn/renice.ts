/** Parent side: sets the priority of a process that has just been made. */
import { readdirSync } from 'node:fs';
import { PROC } from '../../platform/linux';
import { attempt } from '../../util/safely';

/** Returns the error if the system does not allow it. */
export function renice(pid: number, nice: number): Error | undefined {
  const { setPriority } = require('node:os') as typeof import('node:os');
  try {
    setPriority(pid, nice);
  } catch (cause) {
    const { code } = (cause as { info?: { code?: string } }).info ?? {};
    // It has ended already.
    if (code === 'ESRCH') return undefined;
    return new Error(
      `NICE is ${nice}, which this process has no right to give (${code ?? cause}): only a number above its own needs no right`,
      { cause },
    );
  }
  // On Linux, this was the priority of the main thread, and of the threads that it makes from now on. It may have made
  // some already. https://man7.org/linux/man-pages/man2/setpriority.2.html
  for (const thread of attempt(() => readdirSync(`${PROC}/${pid}/task`)) ?? []) {
    attempt(() => setPriority(Number(thread), nice));
  }
  return undefined;
}
