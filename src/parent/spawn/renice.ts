/** Parent side: sets the priority of a process that has just been made. */

/** Returns the error if the system does not allow it. The process has no threads yet, of which each has its own on Linux. */
export function renice(pid: number, nice: number): Error | undefined {
  try {
    (require('node:os') as typeof import('node:os')).setPriority(pid, nice);
    return undefined;
  } catch (cause) {
    const { code } = (cause as { info?: { code?: string } }).info ?? {};
    // It has ended already.
    if (code === 'ESRCH') return undefined;
    return new Error(
      `NICE is ${nice}, which this process has no right to give (${code ?? cause}): only a number above its own needs no right`,
      { cause },
    );
  }
}
