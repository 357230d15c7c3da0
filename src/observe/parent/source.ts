/** Parent side: one task, supervisor or pool of this process, with the nodes that it has in the tree. */
import type { Actions, Restartable } from '../../census';
import type { NodeExit, ProcessNode } from '../../model/process-node';

export interface Source {
  /** Its own node, which is replaced when something has changed, and never changed itself. */
  readonly node: ProcessNode;
  /** The processes of its process, by `id`. */
  readonly nested: Map<string, ProcessNode>;
  /** What may be asked of it by hand. */
  readonly actions: Actions | undefined;
  /** Looks for what has changed without an event: counters, statistics. */
  refresh(): void;
  /** The tree has another interval, or whether output is kept has changed. */
  onPlan?(): void;
  /** Nobody looks at the tree any more. */
  close(): void;
}

/** What a source needs of the tree. */
export interface TreeOfSource {
  /** The `id` of a task, a supervisor or a pool of this process. */
  idOf(entry: object): string;
  /** ms between two answers of a child at least. */
  readonly interval: number;
  /** Whether the last lines of the output of each process are kept. */
  readonly keepsOutput: boolean;
  /** A node has changed, or a nested one was added or removed. */
  onChange(): void;
}

/** Characters of an error's message that a node has. */
const LONGEST_ERROR = 2_000;

export const errorText = (error: unknown): string => {
  const message = String((error as Error | undefined)?.message ?? error);
  return message.length <= LONGEST_ERROR ? message : `${message.slice(0, LONGEST_ERROR - 3)}...`;
};

/** The node of what has ended. */
export const ended = (node: ProcessNode, at: number, exit?: NodeExit): ProcessNode => ({
  ...node,
  state: 'exited',
  since: at,
  endedAt: at,
  ...(exit && { exit }),
});

/** The node of what has ended, with when it is restarted. The same node if that has not changed. */
export function withRestart(node: ProcessNode, waiting: Restartable | undefined): ProcessNode {
  if (node.restartAt === waiting?.restartAt) return node;
  const { restartAt: _, ...rest } = node;
  return waiting?.restartAt === undefined ? rest : { ...rest, restartAt: waiting.restartAt };
}
