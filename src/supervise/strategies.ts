/** Parent side: the strategies, which differ in the part of the tree that is restarted after a failure. */
import type { Branch } from './branch';
import { followedBy, inOrder } from './in-order';

/**
 * Which children are restarted after a failure. 'one-for-one': only the child that failed; 'one-for-all': all children;
 * 'rest-for-one': the child that failed, and the children that started after it.
 *
 * @example
 * const strategy: Strategy = 'rest-for-one';
 * await using supervisor = new Supervisor(
 *   { store: () => new Heartbeat(), web: () => new Heartbeat() },
 *   { strategy },
 * );
 */
export type Strategy = 'one-for-one' | 'one-for-all' | 'rest-for-one';

/** `last` follows the branches. It handles the failures in it, except with 'one-for-all'. */
type Compose = (branches: readonly Branch[], restarting: (branch: Branch) => Branch, last: Branch) => Branch;

export const STRATEGIES: Record<Strategy, Compose> = {
  'one-for-one': (branches, restarting, last) =>
    inOrder(
      branches.map(branch => restarting(branch)),
      last,
    ),
  'one-for-all': (branches, restarting, last) => restarting(inOrder(branches, last)),
  'rest-for-one': (branches, restarting, last) =>
    branches.reduceRight((next, branch) => restarting(followedBy(branch, next)), last),
};
