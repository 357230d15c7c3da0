/** Both sides: Linux, macOS and other POSIX systems. */
import { constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { MEMORY_FOLDER, PROC, statFields } from './linux';
import type { Platform } from './types';

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
  tree: {
    hasGroups: true,
    signal(leader, signal) {
      // The number of a group is not given to another process while the group has members.
      return leader.exitCode === null && leader.signalCode === null && signalGroup(leader.pid, signal);
    },
    killRest: pid => signalGroup(pid, 'SIGKILL'),
  },
  watch: {
    needsGuardian: true,
    readsWhileBlocked: true,
    // A zombie is not running, though a signal can be sent to it. On macOS and BSD it has no priority.
    // https://github.com/apple-oss-distributions/xnu/blob/main/bsd/kern/kern_resource.c (getpriority)
    isRunning(pid) {
      const state = stateOf(pid);
      if (state !== undefined) return !'ZX'.includes(state);
      return hasPriority(pid) ? undefined : false;
    },
  },
  resident: {
    read(pid) {
      try {
        const [, kilobytes] = /^VmRSS:\s*(\d+) kB/m.exec(readFileSync(`${PROC}/${pid}/status`, 'latin1')) ?? [];
        return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
      } catch {
        return undefined;
      }
    },
    // One -o for each column: after a =, FreeBSD takes the rest for the header of the column.
    // https://man.freebsd.org/cgi/man.cgi?ps(1)
    command: pids => ['ps', '-o', 'pid=', '-o', 'rss=', '-p', pids.join()],
    parse(row) {
      const [, pid, kilobytes] = /^\s*(\d+)\s+(\d+)\s*$/.exec(row) ?? [];
      return pid === undefined ? undefined : { pid: Number(pid), bytes: Number(kilobytes) * 1024 };
    },
  },
  usage: {
    read(pid) {
      const bytes = posix.resident.read(pid);
      const cpu = cpuOf(pid);
      return bytes === undefined || cpu === undefined ? undefined : { bytes, cpu };
    },
    command: pids => ['ps', '-o', 'pid=', '-o', 'rss=', '-o', 'time=', '-p', pids.join()],
    parse(row) {
      const [, pid, kilobytes, time = ''] = /^\s*(\d+)\s+(\d+)\s+([\d:.-]+)\s*$/.exec(row) ?? [];
      return pid === undefined
        ? undefined
        : { pid: Number(pid), bytes: Number(kilobytes) * 1024, cpu: 1_000 * secondsOf(time) };
    },
    advice: 'install a ps that knows -o and -p, such as that of procps',
  },
  memory: {
    folders() {
      if (MEMORY_FOLDER === undefined) return [];
      return [MEMORY_FOLDER, (require('node:os') as typeof import('node:os')).tmpdir()];
    },
    freeBytes({ type, bsize, blocks, bavail }) {
      if (!IN_MEMORY.has(type)) return 0;
      // A file system without a limit says that it has no blocks.
      return blocks === 0 ? Number.POSITIVE_INFINITY : bavail * bsize;
    },
    create(folder) {
      const descriptor = openSync(folder, UNNAMED | constants.O_RDWR, 0o600);
      return { descriptor, path: `${PROC}/${process.pid}/fd/${descriptor}` };
    },
  },
  showsTitles: true,
  nameIn: (env, name) => (env[name] === undefined ? undefined : name),
};

/** Returns false if no process of the group can be sent the signal. */
function signalGroup(pid: number | undefined, signal: NodeJS.Signals): boolean {
  try {
    return pid !== undefined && process.kill(-pid, signal);
  } catch {
    return false;
  }
}

/** The letter of its state. Undefined if there is no /proc, or it does not show this process. */
function stateOf(pid: number): string | undefined {
  try {
    return statFields(pid)[0];
  } catch {
    return undefined;
  }
}

/** ms of a tick, in which Linux tells times: https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
const TICK = 10;

/** Processor time in ms, by the system and by the process itself. Undefined if there is no /proc, or no such process. */
function cpuOf(pid: number): number | undefined {
  try {
    const fields = statFields(pid);
    return (Number(fields[11]) + Number(fields[12])) * TICK;
  } catch {
    return undefined;
  }
}

/** Of a time as ps writes it: [[days-]hours:]minutes:seconds; on macOS, the seconds have decimals. */
function secondsOf(time: string): number {
  const [days, clock = ''] = time.includes('-') ? time.split('-') : ['0', time];
  return Number(days) * 86_400 + clock.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
}

function hasPriority(pid: number): boolean {
  try {
    (require('node:os') as typeof import('node:os')).getPriority(pid);
    return true;
  } catch (error) {
    return (error as { info?: { code?: string } }).info?.code !== 'ESRCH';
  }
}
