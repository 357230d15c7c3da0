/** From `new Task()` to the first line of `run()`, where a spare stands ready. */
import { bareForkStart } from '../contenders/start/bare-fork';
import { pythonStart } from '../contenders/start/python';
import { spareStart } from '../contenders/start/spare';
import type { Aim, Group } from '../suite/group';

const commonjs = () => import('../contenders/start/spared.js');
const esm = () => import('../contenders/start/spared-esm.mjs');

const SPARE: Aim['limit'] = { atMost: 0.08 };
const PYTHON: Aim['limit'] = { below: 1 };

export const startSpare: Group = {
  id: 'start-spare',
  title: 'Start from a spare',
  about: `The same for classes with \`static SPARES = 1\`: one process stands ready. Before each sample the next spare stands, at rest.
The Python original forks instead, with the \`multiprocessing\` module; its parent holds nothing else.`,
  unit: 'ms',
  better: 'less',
  floor: 'bare fork',
  size: { full: 1, quick: 1 },
  quickBudget: 1_000,
  contenders: [
    bareForkStart('bare fork', 'one-line.cjs'),
    bareForkStart('bare fork, ES module', 'one-line-esm.mjs'),
    spareStart('Subprocess', async () => (await commonjs()).SparedAnswer),
    spareStart('SubprocessLoop', async () => (await commonjs()).SparedAnswerLoop),
    spareStart('Subprocess, ES module', async () => (await esm()).SparedAnswer),
    pythonStart('Python original', 'Answer'),
    pythonStart('Python original, loop', 'AnswerLoop'),
  ],
  aims: [
    {
      key: 'startSpare',
      what: '`new` to first line of `run()`, from a spare',
      of: 'Subprocess',
      against: 'bare fork',
      limit: SPARE,
    },
    { key: 'startSpareLoop', what: 'the same, loop', of: 'SubprocessLoop', against: 'bare fork', limit: SPARE },
    {
      key: 'startSpareEsm',
      fullOnly: true,
      what: 'the same, ES module',
      of: 'Subprocess, ES module',
      against: 'bare fork, ES module',
      limit: SPARE,
    },
    {
      key: 'startSparePython',
      what: '`new` to first line of `run()`, from a spare',
      of: 'Subprocess',
      against: 'Python original',
      limit: PYTHON,
    },
    {
      key: 'startSpareLoopPython',
      fullOnly: true,
      what: 'the same, loop',
      of: 'SubprocessLoop',
      against: 'Python original, loop',
      limit: PYTHON,
    },
  ],
};
