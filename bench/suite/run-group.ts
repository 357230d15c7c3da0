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

async function main({ id, rounds, quick }: Task): Promise<void> {
  const group = GROUPS.find(each => each.id === id) as Group;
  const say = (news: News) => process.send?.(news);
  const load = loadavg()[0] as number;
  const size = quick ? group.size.quick : group.size.full;
  const own = Math.max(1, Math.ceil(rounds * (group.share ?? 1)));
  const { rows, series } = await measureGroup(quick ? reduced(group) : group, {
    size,
    rounds: own,
    onRound: (done, of) => say({ type: 'round', done, of }),
  });
  process.send?.({ type: 'result', result: { id, rounds: own, size, load, rows, series } } satisfies News, () =>
    process.exit(),
  );
}

/** Without what no figure to reach needs. */
function reduced(group: Group): Group {
  const rows = group.aims.flatMap(({ of, against = [] }) => [of, against].flat());
  const isNeeded = (name: string) => rows.some(row => row === name || row.startsWith(`${name}: `));
  return { ...group, contenders: group.contenders.filter(({ name }) => isNeeded(name)) };
}

process.once('message', (task: Task) => void main(task));
