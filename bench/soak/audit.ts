/** Compares what is held with what may be held. Pure. */
import type { World } from './world';

/** Per child: its channel, stdout and stderr, and one for what is on its way. */
const DESCRIPTORS_PER_CHILD = 4;
/** The guardian's pipe, and what Node opens for a moment. */
const DESCRIPTORS_BESIDE = 12;
/** The library's own, however many children there are. */
const LISTENERS_BESIDE = 12;
/** MB per child: what has come from it and is not yet read. */
const HEAP_PER_CHILD = 1;
/** MB that compiled code and the like may grow by. */
export const HEAP_GROWTH = 4;

/** While `children` live. */
export function auditNow(first: World, now: World, children: number): string[] {
  const most = {
    descriptors: first.descriptors + DESCRIPTORS_BESIDE + children * DESCRIPTORS_PER_CHILD,
    listeners: first.listeners + LISTENERS_BESIDE,
    heap: first.heap + HEAP_GROWTH + children * HEAP_PER_CHILD,
  };
  return excess(most, now, `with ${children} children`);
}

/** Once nobody lives. */
export function auditEnd(first: World, now: World): string[] {
  return excess({ ...first, heap: first.heap + HEAP_GROWTH }, now, 'once all had ended');
}

function excess(most: World, now: World, when: string): string[] {
  return (['descriptors', 'listeners', 'heap'] as const)
    .filter(what => now[what] > most[what])
    .map(what => `${what}: ${round(now[what])} ${when}, where ${round(most[what])} are the most`);
}

const round = (value: number): number => Math.round(value * 10) / 10;
