/** Where the benchmark ran. */
import { spawnSync } from 'node:child_process';
import { availableParallelism, cpus, loadavg, release, totalmem, type } from 'node:os';
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
  peers: peerVersions(),
});

export function describeMachine({ node, python, system, processor, cores, memory, load }: Machine): string {
  const versions = python === null ? `Node ${node}` : `Node ${node}, Python ${python}`;
  return `${versions} on ${system}; ${processor}, ${cores} cores, ${memory} GB of memory; load average before: ${load.toFixed(2)}`;
}
