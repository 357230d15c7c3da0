/** Parent side: what the server shows, and what it can ask for. */
import type { Observable } from 'rxjs';
import type { Following, OnPiece } from '../../model/output';
import type { ProcessNode } from '../../model/process-node';
import type { NodeId } from '../wire/frames';

export interface Usage {
  /** The share of one processor core; two busy cores are 2. */
  readonly cpu: number;
  /** Bytes of resident memory. */
  readonly memory: number;
}

export interface Source {
  /** Every node, each after its parent: at once, and again on each change. Unchanged ones stay the same objects. */
  readonly nodes$: Observable<readonly ProcessNode[]>;
  /** Emits once a second while the process runs. */
  usage$(pid: number): Observable<Usage>;
  /** Calls back once with the last lines, then with those since, once for each time that it was asked for more. */
  followOutput(id: NodeId, onPiece: OnPiece): Following;
  /** Gives an order. @throws if that cannot be done */
  control(id: NodeId, action: 'shutdown' | 'restart'): void;
}
