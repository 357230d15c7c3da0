/** Parent side: what changed between two looks at the tree, as a delta. Pure. */
import type { ProcessNode } from '../../model/process-node';
import type { Changed, Delta, NodeId } from '../wire/frames';

export type Known = ReadonlyMap<NodeId, ProcessNode>;

export const knownOf = (nodes: readonly ProcessNode[]): Known => new Map(nodes.map(node => [node.id, node]));

/** Undefined if nothing changed. */
export function changesBetween(before: Known, after: Known, at: number): Delta | undefined {
  const added: ProcessNode[] = [];
  const changed: Changed[] = [];
  for (const node of after.values()) {
    const known = before.get(node.id);
    if (!known) added.push(node);
    else if (known !== node) {
      const changes = differences(known, node);
      const lost = (Object.keys(known) as (keyof ProcessNode)[]).filter(key => !Object.hasOwn(node, key));
      if (lost.length > 0) changed.push([node.id, changes, lost]);
      else if (Object.keys(changes).length > 0) changed.push([node.id, changes]);
    }
  }
  const removed = [...before.keys()].filter(id => !after.has(id));
  if (added.length + changed.length + removed.length === 0) return undefined;
  return {
    at,
    ...(added.length > 0 ? { added } : {}),
    ...(changed.length > 0 ? { changed } : {}),
    ...(removed.length > 0 ? { removed } : {}),
  };
}

function differences(before: ProcessNode, after: ProcessNode): Partial<ProcessNode> {
  const keys = Object.keys(after) as (keyof ProcessNode)[];
  return Object.fromEntries(keys.filter(key => !isSame(before[key], after[key])).map(key => [key, after[key]]));
}

/** Objects are small and plain: how a process ended, the figures of a pool. */
const isSame = (one: unknown, other: unknown): boolean =>
  Object.is(one, other) ||
  (typeof one === 'object' && typeof other === 'object' && JSON.stringify(one) === JSON.stringify(other));
