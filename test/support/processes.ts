/**
 * What the system knows of processes: Linux's /proc, or `ps` where there is none. On Windows, what this process knows of
 * those that it has made.
 */
import { ChildProcess, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { PROC } from '../../src/platform/linux';

/** Every process that this test run has made, directly or not, carries this variable. */
export const MARK = 'OFFSPRING_TEST_RUN';

const hasProc = PROC === '/proc';
const isWindows = process.platform === 'win32';
/** On Windows, the commands of the processes that this one has made, by their pids, until they end. */
const made = new Map<number, string>();
if (isWindows) recordProcesses(ChildProcess.prototype as unknown as Spawning);

/**
 * On Linux, the processes that were there before this one made any and that belong to no test run, until they end. A look
 * at all processes takes most of its time to read environments, so it leaves these out.
 */
const older = new Set<number>(
  hasProc && !isWindows ? pids().filter(pid => !environmentOf(pid).includes(`\0${MARK}=`)) : [],
);

interface Spawning {
  spawn(this: ChildProcess, options: { args?: string[] }): unknown;
}

function recordProcesses(prototype: Spawning): void {
  const { spawn } = prototype;
  prototype.spawn = function (options) {
    const returned = spawn.call(this, options);
    const { pid } = this;
    if (pid === undefined) return returned;
    made.set(pid, (options.args ?? []).join(' ').replaceAll('\\', '/'));
    this.once('exit', () => made.delete(pid));
    return returned;
  };
}

/** Whether a process still runs; a zombie does not. */
export function isAlive(pid: number): boolean {
  if (isWindows) return exists(pid);
  if (!hasProc) return stateByPs(pid) !== 'Z';
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3) !== 'Z';
  } catch {
    return false;
  }
}

function exists(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** The processes, this one aside, whose environment has `mark` with the value `run`. */
export function marked(run: string, mark = MARK): number[] {
  if (isWindows) return [...made.keys()].filter(isAlive);
  const variable = `${mark}=${run}`;
  if (!hasProc) {
    return table()
      .filter(
        ({ pid, state, command }) => pid !== process.pid && state !== 'Z' && `${command} `.includes(` ${variable} `),
      )
      .map(({ pid }) => pid);
  }
  const running = new Set(pids());
  for (const pid of older) if (!running.has(pid)) older.delete(pid);
  return [...running].filter(
    pid => pid !== process.pid && !older.has(pid) && hasAtStart(pid, variable) && isAlive(pid),
  );
}

/** The variable that a child has at its start. Its title hides its command. */
const BOOTING = 'OFFSPRING_RX_BOOTING=1';
const BOOT = 'dist/child/boot.js';

/** The children that the library has started in this test run. One `ps` tells, where there is no /proc. */
export function childrenOfLibrary(): number[] {
  const run = process.env[MARK] as string;
  if (isWindows) return marked(run).filter(pid => commandOf(pid).includes(BOOT));
  if (hasProc) return marked(run).filter(pid => hasAtStart(pid, BOOTING));
  return table()
    .filter(
      ({ state, command }) =>
        state !== 'Z' && `${command} `.includes(` ${MARK}=${run} `) && command.includes(` ${BOOTING}`),
    )
    .map(({ pid }) => pid);
}

/** Whether the environment with which a process was started has a variable. It has none once the process has ended. */
const hasAtStart = (pid: number, variable: string): boolean => environmentOf(pid).includes(`\0${variable}\0`);

/** The variables with which a process was started, each between two NULs. */
function environmentOf(pid: number): string {
  try {
    return `\0${readFileSync(`/proc/${pid}/environ`, 'latin1')}`;
  } catch {
    return '';
  }
}

export function commandOf(pid: number): string {
  if (isWindows) return made.get(pid) ?? '(not made by this process)';
  if (!hasProc) return ps('-o', 'args=', '-ww', '-p', String(pid)).trim() || '(gone)';
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '(gone)';
  }
}

/** The processes that run a script with `argument`, the children of this library aside; oldest first. */
export function runningWith(argument: string): number[] {
  if (!hasProc) {
    return table(['-A', '-ww'])
      .filter(({ command }) => command.includes(argument) && /scripts\/\w+\.cjs/.test(command))
      .filter(({ state }) => state !== 'Z')
      .map(({ pid }) => pid)
      .sort((a, b) => a - b);
  }
  return pids()
    .filter(pid => commandOf(pid).includes(argument) && /scripts\/\w+\.cjs/.test(commandOf(pid)) && isAlive(pid))
    .sort((a, b) => a - b);
}

function pids(): number[] {
  if (!hasProc) return table().map(({ pid }) => pid);
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .map(Number);
}

/** The process that made it; 0 where it is gone. */
export function parentOf(pid: number): number {
  if (!hasProc) return Number(ps('-o', 'ppid=', '-p', String(pid)));
  try {
    return Number(/^PPid:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}

/** The processes that a process has made and that run. */
export const childrenOf = (parent: number): number[] =>
  hasProc
    ? pids().filter(pid => parentOf(pid) === parent && isAlive(pid))
    : table()
        .filter(each => each.parent === parent && each.state !== 'Z')
        .map(({ pid }) => pid);

export const isGuardian = (pid: number): boolean => commandOf(pid).includes('offspring-rx-guardian');

/** The small shells that stand by a process. */
export const guardiansOf = (parent: number): number[] => childrenOf(parent).filter(isGuardian);

/** Guardians whose parent is gone, whoever it was. */
export const lonelyGuardians = (): number[] =>
  hasProc
    ? pids().filter(pid => isAlive(pid) && isGuardian(pid) && !commandOf(parentOf(pid)).includes('node'))
    : table()
        .filter(({ state, command }) => state !== 'Z' && command.includes('offspring-rx-guardian'))
        .filter(({ parent }) => !commandOf(parent).includes('node'))
        .map(({ pid }) => pid);

interface Row {
  pid: number;
  parent: number;
  /** Z: a zombie. */
  state: string;
  /** Its arguments, and its environment if that was asked for. The system may hide the environment of its own programs. */
  command: string;
}

const WITH_ENVIRONMENT = process.platform === 'linux' ? ['axeww'] : ['-A', '-E', '-ww'];

/** All processes, that of `ps` aside. */
function table(options = WITH_ENVIRONMENT): Row[] {
  return ps(...options, '-o', 'pid=,ppid=,stat=,command=')
    .split('\n')
    .flatMap(row => {
      const [, pid, parent, state = '', command = ''] = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(row) ?? [];
      if (pid === undefined || command.includes('pid=,ppid=,stat=,command=')) return [];
      return [{ pid: Number(pid), parent: Number(parent), state: state.charAt(0), command }];
    });
}

/** The letter of its state. Z if it is gone. */
function stateByPs(pid: number): string {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return 'Z';
  }
  return ps('-o', 'stat=', '-p', String(pid)).trim().charAt(0) || 'Z';
}

function ps(...args: string[]): string {
  const { error, stdout } = spawnSync('ps', args, {
    encoding: 'utf8',
    // Without the mark: it is none of the processes that a test leaves.
    env: { PATH: process.env['PATH'] },
    maxBuffer: 2 ** 28,
  });
  if (error) throw error;
  return stdout;
}
