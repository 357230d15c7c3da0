/** A whole program that runs one task: what a user waits for. */
import { OWN_PROCESSES } from '../contenders/floor/own-processes';
import { program } from '../contenders/program/program';
import type { Group } from '../suite/group';

const AGAINST_FORK =
  'A program that runs one task and ends, from the start of Node to its exit. The floor does the same by `child_process.fork`. Beside it the floor of this library: its processes, its pipes and its files, with none of its code.';

const group = (id: string, kind: string, key: string, ending: string, limit: number): Group => ({
  id,
  title: `A program with one task, ${kind}`,
  about: AGAINST_FORK,
  unit: 'ms',
  better: 'less',
  floor: 'bare fork',
  size: { full: 1, quick: 1 },
  quickBudget: 1_000,
  contenders: [
    program('bare fork', `bare-fork${ending}`),
    program('Subprocess', `one-task${ending}`),
    program(OWN_PROCESSES, `own-processes${ending}`),
  ],
  aims: [
    { key, what: `a program with one task, ${kind}`, of: 'Subprocess', against: 'bare fork', limit: { atMost: limit } },
    {
      key: `${key}Floor`,
      fullOnly: true,
      what: `the same, ${OWN_PROCESSES}`,
      of: OWN_PROCESSES,
      against: 'bare fork',
    },
  ],
});

export const programCommonjs = group('program', 'CommonJS', 'program', '.cjs', 1.25);
export const programEsm = group('program-esm', 'ES module', 'programEsm', '-esm.mjs', 1.3);
export const programRxjs = group('program-rxjs', 'which has loaded rxjs', 'programRxjs', '-rxjs.cjs', 1.1);
