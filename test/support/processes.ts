/** What the system knows of processes: Linux's /proc. On Windows, what this process knows of those that it has made. */
import { ChildProcess } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** Every process that this test run has made, directly or not, carries this variable. */
export const MARK = 'OFFSPRING_TEST_RUN';

const isWindows = process.platform === 'win32';
/** On Windows, the commands of the processes that this one has made, by their pids, until they end. */
const made = new Map<number, string>();
if (isWindows) recordProcesses(ChildProcess.prototype as unknown as Spawning);

interface Spawning {
  spawn(this: ChildProcess, options: { args?: string[] }): unknown;
}

function recordProcesses(prototype: Spawning): void {
  const { spawn } = prototype;
  prototype.spawn = function (options) {
    const returned = spawn.call(this, options);
    const { pid } = this;
    if (pid === undefined) return returned;
    made.set(pid, (options.args ?? []).join(' '));
    this.once('exit', () => made.delete(pid));
    return returned;
  };
}

/** Whether a process still runs; a zombie does not. */
export function isAlive(pid: number): boolean {
  if (isWindows) return exists(pid);
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
  return pids().filter(pid => pid !== process.pid && isAlive(pid) && environmentOf(pid).includes(`${mark}=${run}`));
}

function environmentOf(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
  } catch {
    return [];
  }
}

export function commandOf(pid: number): string {
  if (isWindows) return made.get(pid) ?? '(not made by this process)';
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '(gone)';
  }
}

/** The processes that run a script with `argument`, the children of this library aside; oldest first. */
export function runningWith(argument: string): number[] {
  return pids()
    .filter(pid => commandOf(pid).includes(argument) && /scripts\/\w+\.cjs/.test(commandOf(pid)) && isAlive(pid))
    .sort((a, b) => a - b);
}

const pids = () =>
  readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .map(Number);

/** The process that made it; 0 where it is gone. */
export function parentOf(pid: number): number {
  try {
    return Number(/^PPid:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}

/** The processes that a process has made and that run. */
export const childrenOf = (parent: number): number[] => pids().filter(pid => parentOf(pid) === parent && isAlive(pid));

export const isGuardian = (pid: number): boolean => commandOf(pid).includes('offspring-rx-guardian');

/** The small shells that stand by a process. */
export const guardiansOf = (parent: number): number[] => childrenOf(parent).filter(isGuardian);

/** Guardians whose parent is gone, whoever it was. */
export const lonelyGuardians = (): number[] =>
  pids().filter(pid => isAlive(pid) && isGuardian(pid) && !commandOf(parentOf(pid)).includes('node'));
