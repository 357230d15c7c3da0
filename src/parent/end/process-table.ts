/** Parent side: tells which children still run while this process is blocked and its event loop notices no exit. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { now } from '../../util/clock';
import { PROC } from '../../util/linux';
import { attempt } from '../../util/safely';

/** ms between two runs of `ps`: while some children of interest have closed their channel, and while none has. */
const CLOSED_PS_PAUSE_MS = 50;
const PS_PAUSE_MS = 500;
/** ms after which `ps` is given up. */
const PS_LIMIT_MS = 2_000;

/**
 * A child that has ended stays a zombie until its parent takes note of it, and a signal can be sent to a zombie. So
 * this asks, in this order:
 * - Linux's /proc.
 * - The priority. On macOS and BSD a zombie has none.
 *   https://github.com/apple-oss-distributions/xnu/blob/main/bsd/kern/kern_resource.c (getpriority)
 * - `ps`, from time to time, since it is a process of its own.
 */
export class ProcessTable {
  readonly #pids: readonly number[];
  /** What `ps` said last. Undefined if it does not help. */
  #running: Set<number> | undefined = new Set();
  #psAt = Number.NEGATIVE_INFINITY;

  /** `pids`: the children that will be asked for. */
  constructor(pids: readonly number[]) {
    this.#pids = pids;
  }

  /** Undefined if the system does not tell. `isClosed`: whether the channel of the child has closed. */
  isRunning(pid: number, isClosed: boolean): boolean | undefined {
    if (process.platform === 'win32') return exists(pid);
    const state = stateOf(pid);
    if (state !== undefined) return !'ZX'.includes(state);
    if (!hasPriority(pid)) return false;
    return this.#askPs(isClosed ? CLOSED_PS_PAUSE_MS : PS_PAUSE_MS)?.has(pid);
  }

  #askPs(pause: number): Set<number> | undefined {
    if (!this.#running || now() - this.#psAt < pause) return this.#running;
    this.#running = runningByPs(this.#pids);
    this.#psAt = now();
    return this.#running;
  }
}

/** The letter of its state. Undefined if there is no /proc, or it does not show this process. */
function stateOf(pid: number): string | undefined {
  const stat = attempt(() => readFileSync(`${PROC}/${pid}/stat`, 'latin1'));
  return stat?.charAt(stat.lastIndexOf(')') + 2);
}

function hasPriority(pid: number): boolean {
  try {
    (require('node:os') as typeof import('node:os')).getPriority(pid);
    return true;
  } catch (error) {
    return (error as { info?: { code?: string } }).info?.code !== 'ESRCH';
  }
}

/** Those of `pids` that `ps` shows as running. Undefined if it does not know its options, as that of busybox. */
function runningByPs(pids: readonly number[]): Set<number> | undefined {
  const { error, status, stdout, stderr } = spawnSync('ps', ['-o', 'pid=,stat=', '-p', pids.join()], {
    encoding: 'latin1',
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: PS_LIMIT_MS,
    env: { PATH: `/usr/bin:/bin:${process.env['PATH'] ?? ''}` },
  });
  // It ends with 1, and says nothing, if it finds no process.
  if (error || status === null || stderr !== '') return undefined;
  const rows = stdout.split('\n').map(row => row.trim().split(/\s+/));
  return new Set(rows.filter(([, state = 'Z']) => !/^[ZX]/.test(state)).map(([pid]) => Number(pid)));
}

function exists(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
