/** The proportional memory (PSS) of idle children. Linux's /proc. */
import { readFileSync } from 'node:fs';
import { type Contender, simple, Unavailable } from '../../suite/group';
import { untilAtRest } from '../../suite/rest';
import { median } from '../../suite/statistics';
import type { IdleKind } from './idle';

/** MB: the median of so many children. */
export const memoryOf = (kind: IdleKind): Contender =>
  simple(kind.name, async count => {
    if (process.platform !== 'linux') throw new Unavailable('measured on Linux only');
    const idle = await kind.start(count);
    await untilAtRest();
    const memory = median(idle.pids.map(proportionalMemory));
    await idle.end();
    return memory;
  });

function proportionalMemory(pid: number): number {
  const [, kilobytes] = /^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8')) ?? [];
  return Number(kilobytes) / 1_024;
}
