/** Parent side: what the server shows, and what it can ask for. */
import type { Observable } from 'rxjs';
import type { ProcessNode } from '../../model/process-node';
import type { NodeId, OutputFrom } from '../wire/frames';

export interface Usage {
  /** The share of one processor core; two busy cores are 2. */
  readonly cpu: number;
  /** Bytes of resident memory. */
  readonly memory: number;
}

/** A line as the process has written it. */
export interface RawLine {
  readonly stream: 'stdout' | 'stderr';
  readonly line: string;
  /** ms since the epoch. */
  readonly at: number;
}

export interface Output {
  /** Stands for its process: see `outputKey`. */
  readonly key: object;
  readonly from: OutputFrom;
  /** The lines from now on. Completes when the process has ended. */
  readonly line$: Observable<RawLine>;
}

export interface Source {
  /** Every node, each after its parent: at once, and again on each change. Unchanged ones stay the same objects. */
  readonly nodes$: Observable<readonly ProcessNode[]>;
  /** Emits once a second while the process runs. */
  usage$(pid: number): Observable<Usage>;
  /** Emits the output of each process before it has any. Completes never. */
  readonly output$: Observable<Output>;
  /** The `key` of a process's output; undefined if its output goes to another process, or there is none of this id. */
  outputKey(id: NodeId): object | undefined;
  /** Gives an order. @throws if that cannot be done */
  control(id: NodeId, action: 'shutdown' | 'restart'): void;
}
