/** What a process that has children holds, and which processes it has left: Linux's /proc. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

export interface World {
  descriptors: number;
  /** Of all events of `process` that end it, together. */
  listeners: number;
  /** MB after a garbage collection. */
  heap: number;
}

/** Every process below this one carries this variable. */
export const MARK = 'OFFSPRING_SOAK_RUN';

const EVENTS = ['exit', 'beforeExit', 'SIGINT', 'SIGTERM', 'SIGHUP', 'uncaughtException', 'uncaughtExceptionMonitor'];

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

export function look(): World {
  // What one collection sets free may hold what the next one takes.
  collect();
  collect();
  return {
    descriptors: readdirSync('/proc/self/fd').filter(isOpened).length,
    listeners: EVENTS.reduce((sum, event) => sum + process.listenerCount(event), 0),
    heap: process.memoryUsage().heapUsed / 2 ** 20,
  };
}

/** libuv keeps one on /dev/null from the first stream on. */
function isOpened(descriptor: string): boolean {
  try {
    return readlinkSync(`/proc/self/fd/${descriptor}`) !== '/dev/null';
  } catch {
    return false;
  }
}

export interface Marked {
  pid: number;
  parent: number;
  command: string;
}

/** The processes, zombies and this one aside, whose environment has `MARK` with the value `run`. */
export function marked(run: string): Marked[] {
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter(name => read(name, 'environ').split('\0').includes(`${MARK}=${run}`))
    .flatMap(name => {
      const stat = read(name, 'stat');
      const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      const command = read(name, 'cmdline').replaceAll('\0', ' ').trim();
      return state === undefined || 'ZX'.includes(state)
        ? []
        : [{ pid: Number(name), parent: Number(parent), command }];
    });
}

function read(pid: string, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'latin1');
  } catch {
    return '';
  }
}

/** Those that do not hang, through living ones, on a child in `alive`. Pure. */
export function strays(processes: Marked[], alive: ReadonlySet<number>): Marked[] {
  const parents = new Map(processes.map(({ pid, parent }) => [pid, parent]));
  const hangs = (pid: number | undefined): boolean => pid !== undefined && (alive.has(pid) || hangs(parents.get(pid)));
  return processes.filter(({ pid }) => !hangs(pid));
}
