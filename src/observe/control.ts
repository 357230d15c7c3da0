/** Both sides: what the dashboard does with the processes of the tree. Internal. */
import type { Observable } from 'rxjs';
import type { Following, OnPiece } from '../model/output';
import type { ProcessNode } from '../model/process-node';
import type { Usage } from '../model/types';
import { observeTree, treeSide } from '../side';

/**
 * Shuts down the process, supervisor or pool with this `id`, as seen in a tree that is subscribed to. A supervised child
 * is not restarted then. @throws StateError if there is none, or it has ended
 */
export const shutdownNode = (id: string): void => treeSide().control(id, 'shutdown');

/** Restarts the supervised child with this `id`. @throws StateError if there is none, or it cannot be restarted */
export const restartNode = (id: string): void => treeSide().control(id, 'restart');

/** As `processTree$`. While it is subscribed to, each process keeps the last lines that its own processes write. */
export const treeWithOutput = (interval: number): Observable<readonly ProcessNode[]> => observeTree(interval, true);

/**
 * Calls back at once with the last lines of the process with this `id`, and, whenever it was asked for more, with those
 * that have come since. It may be nested: then those between it and this process pass on what is asked for, and no more.
 * Needs a subscriber of `treeWithOutput`.
 */
export const followOutput = (id: string, onPiece: OnPiece): Following => treeSide().followOutput(id, onPiece);

/** What the process with this number uses, every `intervalMs` ms: see `usage$`. Never completes. */
export const usageOf = (pid: number, intervalMs = 1_000): Observable<Usage> => treeSide().usageOf(pid, intervalMs);
