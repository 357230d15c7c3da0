/** Both sides: whether a value that arrived in a frame tells of the processes of a child, or of their output. */
import { type KeptLine, MOST_LINES, OUTPUT_FROM } from '../model/output';
import { KINDS, type NodeExit, type NodeStats, type NodeTimes, type ProcessNode } from '../model/process-node';
import type { OutputReport, TreeAnswer, TreeReport } from './to-parent';

/** An `id` as a process gives them: numbers, one for each process that it goes through. */
const ID = /^\d+(\.\d+)*$/;
const STATES = ['created', 'starting', 'running', 'stopping', 'exited'];
const REASONS = ['completed', 'failed', 'stopped', 'killed', 'not-started'];

export const isTreeAnswer = (answer: TreeAnswer): boolean =>
  answer.type === 'tree' ? isTreeReport(answer) : isOutputReport(answer);

const isTreeReport = ({ nodes, removed }: Partial<TreeReport>): boolean =>
  Array.isArray(nodes) && nodes.every(isNode) && Array.isArray(removed) && removed.every(isId);

const isId = (value: unknown): boolean => typeof value === 'string' && ID.test(value);
const isText = (value: unknown): boolean => typeof value === 'string';
const isNumber = (value: unknown): boolean => typeof value === 'number';
const isAbsent = (value: unknown): boolean => value === undefined;
const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

type Checks<T> = { readonly [Name in keyof T]-?: (value: unknown) => boolean };

const optional = (check: (value: unknown) => boolean) => (value: unknown) => isAbsent(value) || check(value);
const orNull = (check: (value: unknown) => boolean) => (value: unknown) => value === null || check(value);
const among = (values: readonly string[]) => (value: unknown) => values.includes(value as string);

/** Whether a value has all of these properties, and no others: what is not checked is not passed on. */
const shape =
  <T>(checks: Checks<T>) =>
  (value: unknown): boolean =>
    isObject(value) &&
    Object.entries(checks).every(([name, check]) =>
      (check as (value: unknown) => boolean)((value as Record<string, unknown>)[name]),
    ) &&
    Object.keys(value).every(name => Object.hasOwn(checks, name));

const isExit = shape<NodeExit>({
  reason: among(REASONS),
  cause: optional(isText),
  code: orNull(isNumber),
  signal: orNull(isText),
  forced: value => typeof value === 'boolean',
  error: optional(isText),
});

const isTimes = shape<NodeTimes>({
  count: isNumber,
  mean: isNumber,
  p50: isNumber,
  p90: isNumber,
  p99: isNumber,
  max: isNumber,
});

const isStats = shape<NodeStats>({
  queued: isNumber,
  running: isNumber,
  done: isNumber,
  failed: isNumber,
  canceled: isNumber,
  workers: isNumber,
  utilization: isNumber,
  waitTime: isTimes,
  runTime: isTimes,
});

const isNode = shape<ProcessNode>({
  id: isId,
  parent: optional(isId),
  kind: among(KINDS),
  name: isText,
  key: optional(isText),
  title: optional(isText),
  pid: orNull(isNumber),
  state: among(STATES),
  since: isNumber,
  startedAt: isNumber,
  endedAt: optional(isNumber),
  exit: optional(isExit),
  restarts: optional(isNumber),
  restartAt: optional(orNull(isNumber)),
  canRestart: optional(value => value === true),
  iterations: isNumber,
  messages: isNumber,
  stats: optional(isStats),
});

const isLine = shape<KeptLine>({ stream: among(['stdout', 'stderr']), line: isText, at: isNumber, cut: isNumber });

const isOutputReport = shape<OutputReport>({
  type: among(['output']),
  followId: isNumber,
  from: among(OUTPUT_FROM),
  lines: value => Array.isArray(value) && value.length <= MOST_LINES && value.every(isLine),
  skipped: isNumber,
});
