/** What a program takes of memory once it has run one task. */
import path from 'node:path';
import { OWN_PROCESSES } from '../contenders/floor/own-processes';
import { parent } from '../contenders/parent/parent';
import type { Group } from '../suite/group';

const program = (file: string) => path.join(__dirname, '..', 'contenders', 'footprint', file);

export const footprint: Group = {
  id: 'program-memory',
  title: 'A program with one task: its memory',
  about:
    'The resident memory of a program after one task, without garbage. The floor does the same by `child_process.fork`. With `wait()` alone, and with a subscriber of `state$`.',
  unit: 'MB',
  better: 'less',
  floor: 'bare fork',
  size: { full: 1, quick: 1 },
  share: 0.5,
  warmUp: 0,
  quickBudget: 1_000,
  contenders: [
    parent('bare fork', program('bare-fork.cjs')),
    parent('Subprocess', program('one-task.cjs')),
    parent('Subprocess, state$', program('one-task-streams.cjs')),
    parent(OWN_PROCESSES, program('own-processes.cjs')),
  ],
  aims: [
    {
      key: 'programMemoryMb',
      what: 'memory of a program with one task, MB more',
      of: 'Subprocess',
      against: 'bare fork',
      by: 'difference',
      limit: { atMost: 4 },
    },
    {
      key: 'programMemoryFloor',
      fullOnly: true,
      what: `the same, ${OWN_PROCESSES}`,
      of: OWN_PROCESSES,
      against: 'bare fork',
      by: 'difference',
    },
  ],
};
