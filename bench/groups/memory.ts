/** What a child takes of memory. */
import { bareForks } from '../contenders/idle/bare-fork';
import { memoryOf } from '../contenders/idle/memory';
import { subprocesses } from '../contenders/idle/subprocess';
import type { Aim, Group } from '../suite/group';

const commonjs = () => import('../contenders/idle/tasks.js');
const esm = () => import('../contenders/idle/tasks-esm.mjs');

const KINDS = [
  bareForks('bare fork', 'one-line.cjs'),
  bareForks('bare fork, ES module', 'one-line-esm.mjs'),
  subprocesses('Subprocess', async () => (await commonjs()).Idling),
  subprocesses('SubprocessLoop', async () => (await commonjs()).IdlingLoop),
  subprocesses('Subprocess, ES module', async () => (await esm()).Idling),
];

const LIMIT: Aim['limit'] = { atMost: 2 };

export const memory: Group = {
  id: 'memory',
  title: 'Memory of a child',
  about:
    'The proportional set size (PSS, which shares out what processes share) of an idle child at its work. A sample is the median of 4 alive at once.',
  unit: 'MB',
  better: 'less',
  floor: 'bare fork',
  size: { full: 4, quick: 2 },
  share: 0.5,
  contenders: KINDS.map(memoryOf),
  aims: [
    {
      key: 'memoryMb',
      what: 'proportional memory of a child, MB more',
      of: 'Subprocess',
      against: 'bare fork',
      by: 'difference',
      limit: LIMIT,
    },
    {
      key: 'memoryLoopMb',
      what: 'the same, loop',
      of: 'SubprocessLoop',
      against: 'bare fork',
      by: 'difference',
      limit: LIMIT,
    },
    {
      key: 'memoryEsmMb',
      fullOnly: true,
      what: 'the same, ES module',
      of: 'Subprocess, ES module',
      against: 'bare fork, ES module',
      by: 'difference',
      limit: LIMIT,
    },
  ],
};
