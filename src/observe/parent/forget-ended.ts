/** Parent side: chooses which nodes of a tree that have ended are forgotten. Pure. */
import type { ProcessNode } from '../../model/process-node';

/** How many nodes that have ended a tree keeps. */
export const MOST_ENDED = 200;

/**
 * The `id`s of those that ended first, so that at most `most` that have ended are left. A node stays as long as one below
 * it does.
 */
export function endedTooLongAgo(nodes: readonly ProcessNode[], most = MOST_ENDED): string[] {
  const ended = nodes.filter(({ endedAt }) => endedAt !== undefined);
  let excess = ended.length - most;
  if (excess <= 0) return [];
  const children = new Map<string | undefined, number>();
  const count = (id: string | undefined, by: number) => children.set(id, (children.get(id) ?? 0) + by);
  for (const { parent } of nodes) count(parent, 1);
  ended.sort((a, b) => (a.endedAt as number) - (b.endedAt as number));
  const forgotten = new Set<string>();
  // What ended in the same ms may be in any order, so it may take several rounds, each of which goes one level up.
  for (let before = -1; excess > 0 && forgotten.size > before; ) {
    before = forgotten.size;
    for (const { id, parent } of ended) {
      if (excess === 0) break;
      if (children.get(id) || forgotten.has(id)) continue;
      forgotten.add(id);
      count(parent, -1);
      excess -= 1;
    }
  }
  return [...forgotten];
}
