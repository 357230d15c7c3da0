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

const isNumber = (value: unknown) => typeof value === 'number';

const FIELDS: { [Type in Report['type']]: Record<string, (value: unknown) => boolean> } = {
  primed: {},
  up: {},
  ready: {},
  entered: {},
  messages: { values: Array.isArray },
  iteration: { index: isNumber, duration: isNumber, sleep: value => isNumber(value) || value === false },
  result: {},
  received: { count: isNumber },
  stopping: {},
  failed: { during: value => (ACTIVITIES as readonly unknown[]).includes(value), error: isEncodedError },
  stalled: {},
  done: {},
};

const CHECKS = new Map<unknown, { field: string; check(value: unknown): boolean }[]>(
  Object.entries(FIELDS).map(([type, fields]) => [
    type,
    Object.entries(fields).map(([field, check]) => ({ field, check })),
  ]),
);

/** True for a frame's value that is a report. */
export function isReport(value: unknown): value is Report {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, 'type')) return false;
  const report = value as Record<string, unknown>;
  const checks = CHECKS.get(report['type']);
  return checks?.every(({ field, check }) => Object.hasOwn(report, field) && check(report[field])) ?? false;
}
