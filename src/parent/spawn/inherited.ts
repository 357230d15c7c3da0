/** Parent side: tells what a process gets from its parent as it is spawned. */
import { readFileSync, statSync } from 'node:fs';
import { PROC } from '../../platform/linux';
import { attempt } from '../../util/safely';
import { workingDirectory } from '../../util/working-directory';
import type { SpawnPlan } from './spawn-child';

/** Equal for two processes of equal plans if the parent has not changed in between. Windows has only the directory. */
export const inheritedBy = (plan: SpawnPlan): unknown[] => [
  plan,
  // A directory that was deleted has no path, but still a number.
  workingDirectory() ?? attempt(() => statSync('.').ino),
  process.getuid?.(),
  process.geteuid?.(),
  process.getgid?.(),
  process.getegid?.(),
  attempt(() => process.getgroups?.()),
  umask(),
];

/**
 * Node reads the umask by setting it twice, and a file that a thread makes in between is open to all. So on Linux it is
 * read from the system. https://nodejs.org/api/process.html#processumask
 */
const umask = () => attempt(umaskOfLinux) ?? attempt(() => process.umask());

const umaskOfLinux = () => /^Umask:\s*(\d+)$/m.exec(readFileSync(`${PROC}/self/status`, 'latin1'))?.[1];
