/** Parent side: what is known of one child. */
import type { SubprocessError } from '../../model/errors';

export interface Facts {
  readonly subprocess: string;
  readonly shown: string;
  readonly startedAt: number | null;
  readonly pid: number | null;
  readonly up: boolean;
  readonly ready: boolean;
  readonly entered: boolean;
  readonly result: boolean;
  readonly done: boolean;
  /** The channel has closed. */
  readonly closed: boolean;
  readonly stalled: boolean;
  readonly stopping: boolean;
  /** What came first, an error or our stop. */
  readonly cause: 'error' | 'stop' | null;
  readonly error: SubprocessError | null;
  readonly forced: boolean;
  readonly stderr: readonly string[];
  /** A line of stderr told that the heap is exhausted. */
  readonly heapFull: boolean;
  readonly exited: boolean;
}

export const initialFacts = (subprocess: string): Facts => ({
  subprocess,
  shown: subprocess,
  startedAt: null,
  pid: null,
  up: false,
  ready: false,
  entered: false,
  result: false,
  done: false,
  closed: false,
  stalled: false,
  stopping: false,
  cause: null,
  error: null,
  forced: false,
  stderr: [],
  heapFull: false,
  exited: false,
});
