/** Both sides: what the dashboard does with the processes of the tree. Internal. */
import type { Observable } from 'rxjs';
import type { Usage } from '../model/types';
import { treeSide } from '../side';
import type { AnySubprocess } from '../subprocess';

/**
 * Shuts down the process, supervisor or pool with this `id`, as seen in a tree that is subscribed to. A supervised child
 * is not restarted then. @throws StateError if there is none, or it has ended
 */
export const shutdownNode = (id: string): void => treeSide().control(id, 'shutdown');

/** Restarts the supervised child with this `id`. @throws StateError if there is none, or it cannot be restarted */
export const restartNode = (id: string): void => treeSide().control(id, 'restart');

/** The task with this `id`, if it is one of this process itself. */
export const taskOf = (id: string): AnySubprocess | undefined => treeSide().taskOf(id) as AnySubprocess | undefined;

/** What the process with this number uses, every `intervalMs` ms: see `usage$`. Never completes. */
export const usageOf = (pid: number, intervalMs = 1_000): Observable<Usage> => treeSide().usageOf(pid, intervalMs);
