/** Both sides: the types of `offspring-rx/observe`. */
export type { NodeExit, NodeStats, NodeTimes, ProcessKind, ProcessNode } from '../model/process-node';

/**
 * The options of `processTree$`.
 *
 * @example const options: TreeOptions = { interval: 1_000 };
 */
export interface TreeOptions {
  /** ms between two emissions at least. Default: 250. At least 20. */
  interval?: number;
}
