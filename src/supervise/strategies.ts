/** Parent side: who is restarted with a child that failed: where in the order of the branches the restarting is put. */
import type { Branch } from './branch';
import { followedBy, inOrder, none } from './in-order';

/** Restarted are: the child that failed; all children; that child and those that started after it. */
export type Strategy = 'one-for-one' | 'one-for-all' | 'rest-for-one';

type Compose = (branches: readonly Branch[], restarting: (branch: Branch) => Branch) => Branch;

export const STRATEGIES: Record<Strategy, Compose> = {
  'one-for-one': (branches, restarting) => inOrder(branches.map(branch => restarting(branch))),
  'one-for-all': (branches, restarting) => restarting(inOrder(branches)),
  'rest-for-one': (branches, restarting) =>
    branches.reduceRight((rest, branch) => restarting(followedBy(branch, rest)), none),
};
