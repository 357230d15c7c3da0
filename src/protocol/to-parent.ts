/** Both sides: what the child reports, child to parent. */
import { type EncodedError, isEncodedError } from './remote-error';

/** What the child was doing when it failed. */
export type Activity = (typeof ACTIVITIES)[number];
const ACTIVITIES = ['load', 'find', 'restore', 'begin', 'run', 'loop', 'end', 'outside', 'channel'] as const;

export type Report =
  /** A spare has booted, and loaded the module of its class. */
  | { type: 'primed' }
  /** The order to start is here: from now on a SIGTERM finds its handler. */
  | { type: 'up' }
  /** Module loaded, instance rebuilt, a loop's `begin` done. */
  | { type: 'ready' }
  /** The synchronous part of `run` is past. */
  | { type: 'entered' }
  | { type: 'messages'; values: unknown[] }
  | { type: 'iteration'; index: number; duration: number; sleep: number | false }
  /** Without a value where `run` returned none. */
  | { type: 'result'; value?: unknown }
  /** So many commands have arrived. */
  | { type: 'received'; count: number }
  /** It obeys a stop, whoever asked for it. */
  | { type: 'stopping' }
  | { type: 'failed'; during: Activity; error: EncodedError }
  /** `run` awaits what can never come. */
  | { type: 'stalled' }
  /** The last frame of an orderly end. */
  | { type: 'done' };

/** True for a frame's value that is a report. */
export function isReport(value: unknown): value is Report {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, 'type')) return false;
  const report = value as Report;
  switch (report.type) {
    case 'messages':
      return Array.isArray(report.values);
    case 'received':
      return typeof report.count === 'number';
    case 'iteration':
      return isIteration(report);
    case 'failed':
      return ACTIVITIES.includes(report.during) && isEncodedError(report.error);
    case 'primed':
    case 'up':
    case 'ready':
    case 'entered':
    case 'result':
    case 'stopping':
    case 'stalled':
    case 'done':
      return true;
    default:
      report satisfies never;
      return false;
  }
}

const isIteration = ({ index, duration, sleep }: Record<'index' | 'duration' | 'sleep', unknown>) =>
  typeof index === 'number' && typeof duration === 'number' && (typeof sleep === 'number' || sleep === false);
