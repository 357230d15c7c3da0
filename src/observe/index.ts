/** Both sides: the public names of `offspring-rx/observe`. */
export { processTree$ } from './process-tree';
export type { NodeExit, NodeStats, NodeTimes, ProcessKind, ProcessNode, TreeOptions } from './types';
