/** Both sides: the reports that a child sends to its parent. */
import type { OutputPiece } from '../model/output';
import type { ProcessNode } from '../model/process-node';
import { type EncodedError, isEncodedError } from './remote-error';

/**
 * What the child was doing when it failed. 'outside': nothing that the library called, so the error is uncaught. 'replay':
 * the same, in code that the module runs again as the child loads it.
 */
export type Activity = (typeof ACTIVITIES)[number];
const ACTIVITIES = ['load', 'find', 'restore', 'begin', 'run', 'loop', 'end', 'outside', 'replay', 'channel'] as const;

/** The processes of a child: those that are new or have changed, and the `id`s of those that are no longer known. */
export interface TreeReport {
  type: 'tree';
  nodes: ProcessNode[];
  removed: string[];
}

/** What one of the child's processes has written. */
export interface OutputReport extends OutputPiece {
  type: 'output';
  /** That of the order. */
  followId: number;
}

/** The answers to a parent that looks at the tree of processes. */
export type TreeAnswer = TreeReport | OutputReport;

export type Report =
  /** A spare has booted and loaded the module of its class. */
  | { type: 'primed' }
  /** The order to start has arrived. A loop has installed its SIGTERM handler by now. */
  | { type: 'up' }
  /** The module is loaded, the instance is rebuilt, and the `begin` of a loop is done. */
  | { type: 'ready' }
  /** The synchronous part of `run` is done. */
  | { type: 'entered' }
  | { type: 'messages'; values: unknown[] }
  | { type: 'iteration'; index: number; duration: number; sleep: number | false }
  /** The child called `alive()`. */
  | { type: 'alive' }
  /**
   * The answer to the order of that name. `resources`: what keeps its event loop alive. `isHeld`: it waits until the
   * parent reads its messages.
   */
  | { type: 'where'; resources: string[]; isHeld: boolean }
  | TreeAnswer
  /** `value` is absent if it is undefined. */
  | { type: 'result'; value?: unknown }
  /** `count` more commands have arrived. */
  | { type: 'received'; count: number }
  /** From now on the child handles an order to stop. Sent where it cannot handle SIGTERM. */
  | { type: 'handles-stop' }
  /** User code in the child has begun or ceased to listen to SIGTERM. */
  | { type: 'sigterm'; listens: boolean }
  /** The child is stopping, whoever asked for it. */
  | { type: 'stopping' }
  | { type: 'failed'; during: Activity; error: EncodedError }
  /** `run` awaits something that can never settle. */
  | { type: 'stalled' }
  /** The last report of a child that ends without failing. */
  | { type: 'done' };

/** Whether a value that arrived in a frame is a report. */
export function isReport(value: unknown): value is Report {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, 'type')) return false;
  const report = value as Report;
  switch (report.type) {
    case 'messages':
      return Array.isArray(report.values);
    case 'received':
      return typeof report.count === 'number';
    case 'sigterm':
      return typeof report.listens === 'boolean';
    case 'iteration':
      return isIteration(report);
    case 'where':
      return Array.isArray(report.resources) && typeof report.isHeld === 'boolean';
    case 'tree':
    case 'output':
      return isTreeAnswer(report);
    case 'failed':
      return ACTIVITIES.includes(report.during) && isEncodedError(report.error);
    case 'primed':
    case 'up':
    case 'ready':
    case 'entered':
    case 'alive':
    case 'result':
    case 'handles-stop':
    case 'stopping':
    case 'stalled':
    case 'done':
      return true;
    default:
      report satisfies never;
      return false;
  }
}

// Loaded on first use: most processes are not watched.
const isTreeAnswer = (report: TreeAnswer) =>
  (require('./tree-answer') as typeof import('./tree-answer')).isTreeAnswer(report);

const isIteration = ({ index, duration, sleep }: Record<'index' | 'duration' | 'sleep', unknown>) =>
  typeof index === 'number' && typeof duration === 'number' && (typeof sleep === 'number' || sleep === false);
