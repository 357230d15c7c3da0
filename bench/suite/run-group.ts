/** The process that a group is measured in: nothing of another group is loaded or left in it. Talks by messages to `conduct`. */
import { loadavg } from 'node:os';
import { GROUPS } from '../groups';
import type { Group, GroupResult } from './group';
import { measureGroup } from './measure';

export interface Task {
  id: string;
  rounds: number;
  quick: boolean;
}

export type News = { type: 'round'; done: number; of: number } | { type: 'result'; result: GroupResult };

/** ms, with `--quick`. */
const BUDGET = 500;

async function main({ id, rounds, quick }: Task): Promise<void> {
  const group = GROUPS.find(each => each.id === id) as Group;
  const say = (news: News, then: () => void = () => {}) => process.send?.(news, then);
  const load = loadavg()[0] as number;
  const course = {
    size: quick ? group.size.quick : group.size.full,
    rounds: Math.max(1, Math.ceil(rounds * (group.share ?? 1))),
    onRound: (done: number, of: number) => say({ type: 'round', done, of }),
  };
  const subjects = group.contenders
    .map(({ name }) => name)
    .filter(name => group.aims.some(({ of }) => isPartOf(name, of)));
  const found = await (quick
    ? measureGroup(reduced(group), { ...course, budget: group.quickBudget ?? BUDGET, subjects })
    : measureGroup(group, course));
  const taken = Math.max(0, ...found.rows.map(({ samples }) => samples.length));
  say({ type: 'result', result: { id, rounds: taken, size: course.size, load, ...found } }, () => process.exit());
}

/** Without what no figure to reach needs. */
function reduced(group: Group): Group {
  const rows = group.aims.flatMap(({ of, against = [] }) => [of, against].flat());
  return { ...group, contenders: group.contenders.filter(({ name }) => rows.some(row => isPartOf(name, row))) };
}

/** Whether a row is the contender's, or one of several that it has. */
const isPartOf = (name: string, row: string): boolean => row === name || row.startsWith(`${name}: `);

process.once('message', (task: Task) => void main(task));
