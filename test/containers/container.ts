/** Containers without Docker: namespaces, a root file system of bind mounts, control groups, a filter of system calls. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from '../support/fixture';
import { poll } from '../support/poll';
import { runNode, type Script } from '../support/script';

export interface Container {
  /** What is there besides Node: the programs of this system, busybox alone as in Alpine, or no program at all. */
  programs?: 'all' | 'busybox' | 'none';
  /** Whether its files may be written. Default: no. */
  isWritable?: boolean;
  /** MB of /dev/shm. Default: there is none. */
  sharedMemory?: number;
  /** Whether /proc is there. Default: yes. */
  hasProc?: boolean;
  /** Whether Node runs as a user without rights. Default: as root. */
  isUser?: boolean;
  /** Whether system calls are barred as by Docker's default profile. Default: no. */
  isFiltered?: boolean;
  /** The most processes and threads. */
  pids?: number;
  /** The most MB of memory. */
  memory?: number;
}

const FILTER = path.join(ROOT, '.posix', 'with-seccomp');
const BUSYBOX = ['/usr/bin/busybox', '/bin/busybox'].find(file => existsSync(file));

/** What this machine lacks for a container. Undefined if it has all. */
export function whatLacks({ programs, isFiltered, pids, memory }: Container): string | undefined {
  if (process.platform !== 'linux') return 'containers need Linux';
  if (process.getuid?.() !== 0) return 'root is needed, to mount';
  const flags = ['--mount', '--pid', '--fork', 'true'];
  const { error, status, stderr } = spawnSync('unshare', flags, { encoding: 'utf8' });
  if (error || status !== 0) return `unshare, of util-linux, is needed: ${(error?.message ?? stderr).trim()}`;
  if (programs === 'busybox' && !BUSYBOX) return 'busybox is needed';
  if (isFiltered && !buildFilter()) return 'a C compiler is needed';
  if (pids !== undefined && !groupOf('pids')) return 'a control group for pids is needed';
  if (memory !== undefined && !groupOf('memory')) return 'a control group for memory is needed';
  return undefined;
}

function buildFilter(): boolean {
  mkdirSync(path.dirname(FILTER), { recursive: true });
  return spawnSync('cc', ['-o', FILTER, path.join(__dirname, 'with-seccomp.c')]).status === 0;
}

/** The folder in which groups for a resource are made, and how a limit is called there. */
function groupOf(resource: 'pids' | 'memory'): { folder: string; limit: string } | undefined {
  const limits = { pids: 'pids.max', memory: 'memory.max' };
  const controllers = read('/sys/fs/cgroup/cgroup.subtree_control').split(/\s+/);
  if (controllers.includes(resource)) return { folder: '/sys/fs/cgroup', limit: limits[resource] };
  // Version 1: below the group of this process.
  const own = new RegExp(`^\\d+:(?:.*,)?${resource}(?:,.*)?:(.*)$`, 'm').exec(read('/proc/self/cgroup'))?.[1];
  const folder = `/sys/fs/cgroup/${resource}${own}`;
  const limit = resource === 'memory' ? 'memory.limit_in_bytes' : limits.pids;
  return own !== undefined && existsSync(`${folder}/cgroup.procs`) ? { folder, limit } : undefined;
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

/** Makes a group with a limit. Returns its folder. */
function makeGroup(resource: 'pids' | 'memory', value: number): string {
  const { folder, limit } = groupOf(resource) as { folder: string; limit: string };
  const group = `${folder}/offspring-rx-test-${process.pid}-${resource}`;
  mkdirSync(group, { recursive: true });
  writeFileSync(`${group}/${limit}`, String(value));
  // Memory that is full must not go to a disk instead.
  const swap = `${group}/memory.swap.max`;
  if (existsSync(swap)) writeFileSync(swap, '0');
  return group;
}

/** Folders that are shown in a container, if they are there. */
const LIBRARIES = ['/lib', '/lib64', '/usr/lib', '/usr/lib64', '/etc/ld.so.cache'];
const PROGRAMS = ['/bin', '/usr/bin'];

/** Runs `node args...` as process 1 of a container, whose root is mounted at `folder`. */
export async function runContained(folder: string, container: Container, args: string[]): Promise<Contained> {
  const { programs = 'all', isWritable, sharedMemory, hasProc = true, isUser, isFiltered, pids, memory } = container;
  const groups = [
    ...(pids === undefined ? [] : [makeGroup('pids', pids)]),
    ...(memory === undefined ? [] : [makeGroup('memory', memory * 2 ** 20)]),
  ];
  const shown = [...LIBRARIES, ...(programs === 'all' ? PROGRAMS : []), process.execPath, ROOT];
  const lines = [
    'set -e',
    'root=$1; shift',
    'mount --make-rprivate /',
    'mount -t tmpfs tmpfs "$root"',
    // A link such as /bin is copied, a folder or a file is shown.
    `show() {
      if [ ! -e "$1" ] || [ -e "$root$1" ] || [ -L "$root$1" ]; then return; fi
      mkdir -p "$root$(dirname "$1")"
      if [ -L "$1" ]; then cp -P "$1" "$root$1"; return; fi
      if [ -d "$1" ]; then mkdir -p "$root$1"; else : > "$root$1"; fi
      mount --bind "$2" "$root$1"
    }`,
    ...shown.map(file => `show '${file}' '${file}'`),
    programs === 'busybox' ? `mkdir "$root/bin"; : > "$root/bin/sh"; mount --bind ${BUSYBOX} "$root/bin/sh"` : '',
    'for each in null zero full random urandom; do show /dev/$each /dev/$each; done',
    hasProc ? 'mkdir "$root/proc"; mount -t proc proc "$root/proc"' : '',
    sharedMemory === undefined
      ? ''
      : `mkdir "$root/dev/shm"; mount -t tmpfs -o size=${sharedMemory}m,mode=1777 tmpfs "$root/dev/shm"`,
    isWritable ? '' : `mount -o remount,bind,ro '${ROOT}' "$root${ROOT}"; mount -o remount,ro "$root"`,
    ...groups.map(group => `echo $$ > ${group}/cgroup.procs`),
    `exec ${isUser ? 'setpriv --no-new-privs chroot --userspec=65534:65534' : 'chroot'} "$root" "$@"`,
  ];
  const flags = ['--mount', '--pid', '--fork', '--kill-child', 'bash', '-c', lines.join('\n'), 'bash', folder];
  const script = runNode(args, {
    node: 'unshare',
    flags: [...flags, ...(isFiltered ? [FILTER] : []), process.execPath],
    cwd: '/',
  });
  const removeGroups = () => {
    for (const group of groups) rmdirSync(group);
  };
  const ended = script.ended.then(async how => {
    // The system takes a moment to take note of the ends.
    await poll('the groups are empty', () => groups.every(group => read(`${group}/cgroup.procs`) === ''));
    removeGroups();
    return how;
  });
  return { script, ended };
}

export interface Contained {
  script: Script;
  ended: Script['ended'];
}
