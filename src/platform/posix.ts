/** Both sides: Linux, macOS and other POSIX systems. */
import { constants, fstatSync, openSync, readFileSync } from 'node:fs';
import type { Platform } from './types';

/** Files in this folder are kept in memory. https://man7.org/linux/man-pages/man7/shm_overview.7.html */
const MEMORY_FOLDER = '/dev/shm';
/**
 * O_TMPFILE, which Node does not list: the file has no name, so nothing is left of it, however its processes end.
 * https://man7.org/linux/man-pages/man2/open.2.html
 */
const UNNAMED = 0o20000000 | constants.O_DIRECTORY;
/**
 * The types of file systems that are kept in memory: tmpfs and ramfs. A file on a disk would be as fast, but the system
 * writes what is in it to the disk from time to time. https://man7.org/linux/man-pages/man2/statfs.2.html
 */
const IN_MEMORY = new Set([0x01021994, 0x858458f6]);

export const posix: Platform = {
  channel: {
    orders: 3,
    // A pair of sockets carries both directions.
    reports: 3,
    readsAtOnce: true,
    // A plain fstat of a socket makes realpathSync return known paths unresolved, which breaks imports through
    // symlinks: both share Node's buffer of the last stat. A bigint fstat uses another buffer.
    // https://github.com/nodejs/node/pull/20167
    isPipe: descriptor => fstatSync(descriptor, { bigint: true }).isSocket(),
    writePast() {},
  },
  stop: {
    hasSigterm: true,
    groupSignals: ['SIGINT', 'SIGHUP'],
    resume: kill => kill('SIGCONT'),
    raise: signal => process.kill(process.pid, signal),
    signalOf: () => null,
  },
  watch: {
    needsGuardian: true,
    readsWhileBlocked: true,
    // A zombie is not running. Without /proc, as on macOS, a child counts as running until its channel closes.
    isRunning(pid, isClosed) {
      try {
        const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
        return !'ZX'.includes(stat.charAt(stat.lastIndexOf(')') + 2));
      } catch {
        return process.platform === 'linux' ? false : !isClosed;
      }
    },
  },
  memory: {
    folders() {
      if (process.platform !== 'linux') return [];
      return [MEMORY_FOLDER, (require('node:os') as typeof import('node:os')).tmpdir()];
    },
    freeBytes({ type, bsize, blocks, bavail }) {
      if (!IN_MEMORY.has(type)) return 0;
      // A file system without a limit says that it has no blocks.
      return blocks === 0 ? Number.POSITIVE_INFINITY : bavail * bsize;
    },
    create(folder) {
      const descriptor = openSync(folder, UNNAMED | constants.O_RDWR, 0o600);
      return { descriptor, path: `/proc/${process.pid}/fd/${descriptor}` };
    },
  },
  nameIn: (env, name) => (env[name] === undefined ? undefined : name),
};
