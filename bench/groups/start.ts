/** From `new Task()` to the first line of `run()`, cold: CommonJS, and ES module. */
import { OWN_PROCESSES } from '../contenders/floor/own-processes';
import { bareForkStart } from '../contenders/start/bare-fork';
import { execaStart } from '../contenders/start/execa';
import { jestWorkerStart } from '../contenders/start/jest-worker';
import { ownProcessesStart } from '../contenders/start/own-processes';
import { pythonStart } from '../contenders/start/python';
import { spawnRxStart } from '../contenders/start/spawn-rx';
import { subprocessStart } from '../contenders/start/subprocess';
import { tinypoolStart } from '../contenders/start/tinypool';
import { workerpoolStart } from '../contenders/start/workerpool';
import type { Group } from '../suite/group';

const commonjs = () => import('../contenders/start/tasks.js');
const esm = () => import('../contenders/start/tasks-esm.mjs');

const ABOUT = `From \`new Task()\` to the first line of \`run()\`, or of a loop's first \`loop()\`, on a clock that both processes
share. The floor is \`child_process.fork\` of a script that gets a URL by message, imports a one-line module of the same kind, and
answers: to that answer. Beside it a child that has only the pipes and the files of a Subprocess.`;

export const start: Group = {
  id: 'start',
  title: 'Start, cold, CommonJS',
  about: `${ABOUT} The others run a function of a fresh process: a pool of one for those that are pools, a script that sends or prints its time
for execa and spawn-rx. The Python original forks a process that already runs, which Node cannot.`,
  unit: 'ms',
  better: 'less',
  floor: 'bare fork',
  size: { full: 1, quick: 1 },
  quickBudget: 1_000,
  contenders: [
    bareForkStart('bare fork', 'one-line.cjs'),
    subprocessStart('Subprocess', async () => (await commonjs()).Answer),
    subprocessStart('SubprocessLoop', async () => (await commonjs()).AnswerLoop),
    ownProcessesStart('answer.cjs'),
    execaStart,
    spawnRxStart,
    tinypoolStart,
    jestWorkerStart,
    workerpoolStart,
    pythonStart('Python original', 'Answer'),
  ],
  aims: [
    {
      key: 'start',
      what: '`new` to first line of `run()`, cold',
      of: 'Subprocess',
      against: 'bare fork',
      limit: { atMost: 0.9 },
    },
    {
      key: 'startLoop',
      what: 'the same, loop',
      of: 'SubprocessLoop',
      against: 'bare fork',
      limit: { atMost: 1.25 },
    },
    {
      key: 'startFloor',
      fullOnly: true,
      what: `the same, ${OWN_PROCESSES}`,
      of: OWN_PROCESSES,
      against: 'bare fork',
    },
  ],
};

export const startEsm: Group = {
  id: 'start-esm',
  title: 'Start, cold, ES module',
  about: ABOUT,
  unit: 'ms',
  better: 'less',
  floor: 'bare fork',
  size: { full: 1, quick: 1 },
  quickBudget: 1_000,
  contenders: [
    bareForkStart('bare fork', 'one-line-esm.mjs'),
    subprocessStart('Subprocess', async () => (await esm()).Answer),
    subprocessStart('SubprocessLoop', async () => (await esm()).AnswerLoop),
    ownProcessesStart('answer-esm.mjs'),
  ],
  aims: [
    {
      key: 'startEsm',
      what: '`new` to first line of `run()`, cold, ES module',
      of: 'Subprocess',
      against: 'bare fork',
      limit: { atMost: 1 },
    },
    {
      key: 'startLoopEsm',
      what: 'the same, loop',
      of: 'SubprocessLoop',
      against: 'bare fork',
      limit: { atMost: 1.25 },
    },
    {
      key: 'startEsmFloor',
      fullOnly: true,
      what: `the same, ${OWN_PROCESSES}`,
      of: OWN_PROCESSES,
      against: 'bare fork',
    },
  ],
};
