/** From `new Task()` to the first line of `run()`, where a spare stands ready that has no class yet. */
import { bareForkStart } from '../contenders/start/bare-fork';
import { blankStart } from '../contenders/start/blank';
import { subprocessStart } from '../contenders/start/subprocess';
import type { Group } from '../suite/group';

const commonjs = () => import('../contenders/start/tasks.js');
const esm = () => import('../contenders/start/tasks-esm.mjs');

const SPARE = 'keepSpares(1)';
const LIMIT = { atMost: 0.5 };

export const startAny: Group = {
  id: 'start-any',
  title: 'Start from a spare for any class',
  about:
    'The same with `keepSpares(1)`: one process stands ready, at rest, which has loaded the library and no module. Beside it the cold starts of the same classes.',
  unit: 'ms',
  better: 'less',
  floor: 'bare fork',
  size: { full: 1, quick: 1 },
  share: 0.5,
  contenders: [
    bareForkStart('bare fork', 'one-line.cjs'),
    subprocessStart('cold', async () => (await commonjs()).Answer),
    subprocessStart('cold, loop', async () => (await commonjs()).AnswerLoop),
    subprocessStart('cold, ES module', async () => (await esm()).Answer),
    blankStart(SPARE, async () => (await commonjs()).Answer),
    blankStart(`${SPARE}, loop`, async () => (await commonjs()).AnswerLoop),
    blankStart(`${SPARE}, ES module`, async () => (await esm()).Answer),
  ],
  aims: [
    { key: 'startAny', what: 'from a spare for any class', of: SPARE, against: 'cold', limit: LIMIT, fullOnly: true },
    {
      key: 'startAnyLoop',
      what: 'the same, loop',
      of: `${SPARE}, loop`,
      against: 'cold, loop',
      limit: LIMIT,
      fullOnly: true,
    },
    {
      key: 'startAnyEsm',
      what: 'the same, ES module',
      of: `${SPARE}, ES module`,
      against: 'cold, ES module',
      limit: LIMIT,
      fullOnly: true,
    },
  ],
};
