/** The process that groups are measured in, so that nothing of the command line is loaded there. Talks by messages to `conduct`. */
import { loadavg } from 'node:os';
import { GROUPS } from '../groups';
import type { Group, GroupResult } from './group';
import { measureGroup } from './measure';
import { reduced, subjectsOf } from './quick';

export interface Task {
  ids: string[];
  rounds: number;
  quick: boolean;
}

export type News = { type: 'round'; id: string; done: number; of: number } | { type: 'result'; result: GroupResult };

/** ms, with `--quick`. */
const BUDGET = 400;

const say = (news: News) => new Promise(resolve => process.send?.(news, resolve));

async function main({ ids, ...how }: Task): Promise<void> {
  for (const group of GROUPS.filter(({ id }) => ids.includes(id))) {
    await say({ type: 'result', result: await run(group, how) });
  }
  process.exit();
}

async function run(group: Group, { rounds, quick }: Omit<Task, 'ids'>): Promise<GroupResult> {
  const { id } = group;
  const load = loadavg()[0] as number;
  const size = quick ? group.size.quick : group.size.full;
  const course = {
    size,
    rounds: Math.max(1, Math.ceil(rounds * (group.share ?? 1))),
    onRound: (done: number, of: number) => void say({ type: 'round', id, done, of }),
  };
  const limits = { budget: group.quickBudget ?? BUDGET, subjects: subjectsOf(group) };
  const found = await (quick ? measureGroup(reduced(group), { ...course, ...limits }) : measureGroup(group, course));
  return { id, rounds: Math.max(0, ...found.rows.map(({ samples }) => samples.length)), size, load, ...found };
}

process.once('message', (task: Task) => void main(task));
