/** The program: starts many children at once, lets them be, and ends them all. */
import { untilAtRest } from '../../suite/rest';
import type { IdleKind } from '../idle/idle';
import { residentMemory, tell } from '../parent/parent';
import type { Figure, Kind } from './many';

const KINDS: Record<Kind, () => Promise<IdleKind>> = {
  'bare fork': async () => (await import('../idle/bare-fork.js')).bareForks('', 'one-line.cjs'),
  Subprocess: async () => {
    const { subprocesses } = await import('../idle/subprocess.js');
    return subprocesses('', async () => (await import('../idle/tasks.js')).Idling);
  },
  'only its processes and files': async () =>
    (await import('../idle/own-processes.js')).ownProcesses(require.resolve('../floor/answer.cjs')),
};

async function main(count: number, kind: Kind, figure: Figure): Promise<void> {
  const { start } = await KINDS[kind]();
  // What the first child loads is not of the others.
  const first = await start(1);
  await untilAtRest();
  const before = residentMemory();
  const startedAt = performance.now();
  const others = await start(count);
  const startTime = performance.now() - startedAt;
  await untilAtRest();
  const memory = (residentMemory() - before) / count;
  const endedAt = performance.now();
  await Promise.all([others.end(), first.end()]);
  const endTime = performance.now() - endedAt;
  await tell({ memory, start: startTime / count, end: endTime }[figure]);
  process.disconnect();
}

const [count, kind, figure] = process.argv.slice(2) as [string, Kind, Figure];
void main(Number(count), kind, figure);
