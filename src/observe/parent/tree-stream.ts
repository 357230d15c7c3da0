/** Parent side: the tree of processes as a stream. */
import { Observable } from 'rxjs';
import type { ProcessNode } from '../../model/process-node';
import { BoundObserver } from '../../util/bound-observer';
import { liveTree } from './live-tree';

/**
 * Emits all nodes at once, then after changes, at most every `interval` ms. `keepsOutput`: the last lines of each process
 * are kept meanwhile.
 */
export const treeStream = (interval: number, keepsOutput: boolean): Observable<readonly ProcessNode[]> =>
  new Observable(subscriber => {
    const observer = new BoundObserver(subscriber);
    const look = liveTree().look({ interval, keepsOutput }, () => observer.next(look.nodes));
    subscriber.add(() => look.close());
    subscriber.next(look.nodes);
  });
