/** Parent side: tells which children still run while this process is blocked and its event loop notices no exit. */
import { spawnSync } from 'node:child_process';
import { platform } from '../../platform/platform';
import { now } from '../../util/clock';

/** ms between two runs of `ps`: for a child that has closed its channel, and for any other. */
const CLOSED_PS_PAUSE_MS = 50;
const PS_PAUSE_MS = 500;
/** ms after which `ps` is given up. */
const PS_LIMIT_MS = 2_000;

/**
 * A child that has ended stays a zombie until its parent collects it. If the system does not tell a zombie from a
 * running process at once, this asks `ps`. It does so only from time to time, since each `ps` is one more process.
 */
export class ProcessTable {
  readonly #pids: readonly number[];
  /** The children that `ps` showed last as running. Undefined if `ps` cannot be used. */
  #running: Set<number> | undefined = new Set();
  #psAt = Number.NEGATIVE_INFINITY;

  /** `pids`: the children that will be asked for. */
  constructor(pids: readonly number[]) {
    this.#pids = pids;
  }

  /** Undefined if the system does not tell. `isClosed`: whether the channel of the child has closed. */
  isRunning(pid: number, isClosed: boolean): boolean | undefined {
    return platform.watch.isRunning(pid) ?? this.#askPs(isClosed ? CLOSED_PS_PAUSE_MS : PS_PAUSE_MS)?.has(pid);
  }

  #askPs(pause: number): Set<number> | undefined {
    if (!this.#running || now() - this.#psAt < pause) return this.#running;
    this.#running = runningByPs(this.#pids);
    this.#psAt = now();
    return this.#running;
  }
}

/** Those of `pids` that `ps` shows as running. Undefined if it does not know its options, as that of busybox. */
function runningByPs(pids: readonly number[]): Set<number> | undefined {
  const { error, status, stdout, stderr } = spawnSync('ps', ['-o', 'pid=', '-o', 'stat=', '-p', pids.join()], {
    encoding: 'latin1',
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: PS_LIMIT_MS,
    env: { PATH: `/usr/bin:/bin:${process.env['PATH'] ?? ''}` },
  });
  // If it finds no process, it ends with code 1 and writes nothing.
  if (error || status === null || stderr !== '') return undefined;
  const rows = stdout.split('\n').map(row => row.trim().split(/\s+/));
  return new Set(rows.filter(([, state = 'Z']) => !/^[ZX]/.test(state)).map(([pid]) => Number(pid)));
}
