/** Both sides: the folders in which Linux shows its processes and keeps files in memory. Other systems have neither. */
import { readFileSync } from 'node:fs';

/**
 * With this variable, the library does without what only Linux has, as it does on macOS. `npm run test:posix` sets it.
 * It is read nowhere else.
 */
const isLinux = process.platform === 'linux' && process.env['OFFSPRING_TEST_POSIX'] === undefined;

/** Shows the processes: https://man7.org/linux/man-pages/man5/proc.5.html. On other systems, it has no files. */
export const PROC = isLinux ? '/proc' : '/dev/null';

/** Files in it are kept in memory: https://man7.org/linux/man-pages/man7/shm_overview.7.html. Elsewhere undefined. */
export const MEMORY_FOLDER = isLinux ? '/dev/shm' : undefined;

/**
 * What the system tells of a process, from its state on. The name before may hold anything, but ends with the last
 * bracket. @throws Error if there is no such process, or the system does not tell
 */
export function statFields(pid: number): string[] {
  const stat = readFileSync(`${PROC}/${pid}/stat`, 'latin1');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}
