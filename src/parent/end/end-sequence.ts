/** Parent side: the order in which processes end: those of a supervisor one by one, all others at once. */
import { type Owner, ownershipOf } from '../../owners';
import type { Registered } from './registry';

/** The groups end at the same time. Within a group, each entry is asked to end when the one before it is gone. */
export function endSequence(entries: readonly Registered[]): Registered[][] {
  const groups: Registered[][] = [];
  const places = new Map<Registered, readonly number[]>();
  const groupOf = new Map<Owner, Registered[]>();
  for (const entry of entries) {
    const ownership = entry.task && ownershipOf(entry.task);
    const group = (ownership && groupOf.get(ownership.owner)) ?? [];
    if (group.length === 0) groups.push(group);
    group.push(entry);
    if (!ownership) continue;
    groupOf.set(ownership.owner, group);
    places.set(entry, ownership.place);
  }
  for (const group of groupOf.values()) group.sort((a, b) => -compare(places.get(a) ?? [], places.get(b) ?? []));
  return groups;
}

/** Calls `shutdown` for each entry when its turn has come. Resolves with what it gives, when all have ended. */
export async function shutdownInSequence<T>(
  entries: readonly Registered[],
  shutdown: (entry: Registered) => Promise<T>,
): Promise<T[]> {
  const ends = await Promise.all(
    endSequence(entries).map(async group => {
      const inGroup: T[] = [];
      for (const entry of group) inGroup.push(await shutdown(entry));
      return inGroup;
    }),
  );
  return ends.flat();
}

/** Below 0 if the place `a` comes before `b`. */
function compare(a: readonly number[], b: readonly number[]): number {
  const index = a.findIndex((each, at) => each !== b[at]);
  return index < 0 ? a.length - b.length : (a[index] as number) - (b[index] ?? -1);
}
