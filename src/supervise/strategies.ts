/** Parent side: the strategies, which differ in the part of the tree that is restarted after a failure. */
import type { Branch } from './branch';
import { emptyBranch, followedBy, inOrder } from './in-order';

/**
 * Which children are restarted after a failure. 'one-for-one': only the child that failed; 'one-for-all': all children;
 * 'rest-for-one': the child that failed, and the children that started after it.
 */
export type Strategy = 'one-for-one' | 'one-for-all' | 'rest-for-one';

type Compose = (branches: readonly Branch[], restarting: (branch: Branch) => Branch) => Branch;

export const STRATEGIES: Record<Strategy, Compose> = {
  'one-for-one': (branches, restarting) => inOrder(branches.map(branch => restarting(branch))),
  'one-for-all': (branches, restarting) => restarting(inOrder(branches)),
  'rest-for-one': (branches, restarting) =>
    branches.reduceRight((next, branch) => restarting(followedBy(branch, next)), emptyBranch),
};
