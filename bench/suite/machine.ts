/** Where the benchmark ran. */
import { spawnSync } from 'node:child_process';
import { availableParallelism, cpus, getPriority, loadavg, release, totalmem, type } from 'node:os';
import { peerVersions } from './peer';

export interface Machine {
  node: string;
  /** Null where there is none. */
  python: string | null;
  system: string;
  processor: string;
  cores: number;
  /** GB. */
  memory: number;
  /** The load average of the last minute before the run. */
  load: number;
  /** Of this process and those below it, as `nice` counts it; 0 as a rule. */
  priority: number;
  peers: string[];
}

export const lookAtMachine = (): Machine => ({
  node: process.version,
  python: spawnSync('python3', ['--version'], { encoding: 'utf8' }).stdout?.trim().replace('Python ', '') || null,
  system: `${type()} ${release()}`,
  processor: cpus()[0]?.model.trim() ?? 'unknown',
  cores: availableParallelism(),
  memory: Math.round(totalmem() / 2 ** 30),
  load: loadavg()[0] as number,
  priority: getPriority(),
  peers: peerVersions(),
});

export function describeMachine(machine: Machine): string {
  const { node, python, system, processor, cores, memory, load, priority } = machine;
  const versions = python === null ? `Node ${node}` : `Node ${node}, Python ${python}`;
  const nice = priority === 0 ? '' : `; run with the priority ${priority}`;
  return `${versions} on ${system}; ${processor}, ${cores} cores, ${memory} GB of memory; load average before: ${load.toFixed(2)}${nice}`;
}
