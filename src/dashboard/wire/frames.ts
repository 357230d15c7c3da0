/** Both sides: what goes from the dashboard's server to its pages, as JSON in Server-Sent Events, and back. */
import type { OutputFrom } from '../../model/output';
import type { ProcessNode } from '../../model/process-node';
import type { SubprocessState } from '../../model/state';

/** A page of another version is loaded anew. */
export const VERSION = 1;

/**
 * The paths that the server answers, besides the files of the page. The page asks for them relative to its own address,
 * `.${PATHS.events}`, since a reverse proxy may serve it below a path of its own.
 */
export const PATHS = {
  /** Server-Sent Events: `hello`, then `snapshot`, then `delta` for ever. A page that lags gets a new `snapshot`. */
  events: '/events',
  /** Server-Sent Events: `output` of the process `?id=`. */
  output: '/output',
  /** POST, with a ControlRequest as JSON. */
  control: '/control',
} as const;

/** The header that has the token of a control. */
export const TOKEN_HEADER = 'x-offspring-token';

/** Milliseconds between two deltas: 4 Hz. */
export const INTERVAL = 250;

export type NodeId = ProcessNode['id'];

/** What was measured of a process in the last second. `null`: not known. */
export type Sample = readonly [
  id: NodeId,
  /** The share of one processor core, from 0; two busy cores are 2. */
  cpu: number | null,
  /** Bytes of resident memory. */
  memory: number | null,
  messagesPerSecond: number,
  iterationsPerSecond: number,
];

/** The first frame. */
export interface Hello {
  readonly version: number;
  /** The program that serves the dashboard. */
  readonly program: string;
  readonly pid: number;
  /** Whether the server takes controls. */
  readonly control: boolean;
}

/** All that is known, for a page that connects. */
export interface Snapshot {
  readonly at: number;
  readonly rows: readonly Row[];
}

/** A node with what it was before. */
export interface Row {
  readonly node: ProcessNode;
  /** Each state with the time when it came, the oldest first. */
  readonly spans: readonly Span[];
  /** When iterations were counted, the oldest first. */
  readonly ticks: readonly Tick[];
  /** One for each second, the oldest first. */
  readonly samples: readonly PastSample[];
}

export type Span = readonly [state: SubprocessState, from: number];

/** So many iterations were counted in the time up to `at`. */
export type Tick = readonly [at: number, iterations: number];

/** As Sample, with the time in place of the id. */
export type PastSample = readonly [
  at: number,
  cpu: number | null,
  memory: number | null,
  messagesPerSecond: number,
  iterationsPerSecond: number,
];

export type Changed = readonly [id: NodeId, changes: Partial<ProcessNode>, lost?: readonly (keyof ProcessNode)[]];

/** What changed since the last frame. */
export interface Delta {
  readonly at: number;
  readonly added?: readonly ProcessNode[];
  /** For each node that changed, the properties that did, and the names of those that it no longer has. */
  readonly changed?: readonly Changed[];
  readonly removed?: readonly NodeId[];
  /** Once a second: one for each running process. */
  readonly samples?: readonly Sample[];
}

/** A line of a process's output. Control characters are gone, and it was cut if it is long. */
export interface OutputLine {
  readonly stream: 'stdout' | 'stderr';
  readonly text: string;
  readonly at: number;
  /** Characters that were cut off. */
  readonly cut?: number;
}

export type { OutputFrom };

export interface OutputFrame {
  readonly from: OutputFrom;
  readonly lines: readonly OutputLine[];
  /** Lines that came since the last frame, and were too many to show. */
  readonly skipped: number;
}

export interface ControlRequest {
  readonly id: NodeId;
  readonly action: 'shutdown' | 'restart';
}

/** The answer to a control that was refused or has failed; its status is not 2xx. */
export interface ControlFailure {
  readonly error: string;
}
