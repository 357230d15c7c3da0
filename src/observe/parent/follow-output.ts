/** Parent side: the output of what has a node in the tree, nested processes included. */
import type { Following, OnPiece } from '../../model/output';
import { liveTree } from './live-tree';
import { NOTHING } from './nothing';
import { TaskSource } from './task-source';

/** Calls back with the last lines, and with new ones whenever it was asked for more. For a nested one, its parent is asked. */
export function followOutput(id: string, onPiece: OnPiece): Following {
  const found = liveTree().find(id);
  if (found?.source instanceof TaskSource) return found.source.followOutput(found.rest, onPiece);
  // A supervisor or a pool has none. Else its node was forgotten.
  onPiece({ from: found ? 'none' : 'gone', lines: [], skipped: 0 });
  return NOTHING;
}
