/** Parent side: folds what is observed of one child into facts and events. Pure. */
import { isStartError, ProtocolError, StartError, type SubprocessError } from '../../model/errors';
import type { SubprocessEvent } from '../../model/events';
import type { ExitStatus } from '../../model/exit-status';
import { platform } from '../../platform/platform';
import { decodeError } from '../../protocol/remote-error';
import type { Activity, Report } from '../../protocol/to-parent';
import type { Observed } from '../process/observe-child';
import { causeOf } from './cause';
import { explainEnd, explainLoad, LOADED_AGAIN } from './explain';
import type { Facts, KillReason, MemoryExcess } from './facts';

/** Reports that change no fact. They bypass the fold: see Journal. */
export type PassingReport = Extract<Report, { type: 'messages' | 'iteration' | 'alive' }>;

/**
 * Reports that are folded. 'received' concerns only the outbox, 'sigterm' the end of the child, 'where' a watchdog, 'tree'
 * and 'output' those that look at the tree of processes.
 */
export type FoldedReport = Exclude<
  Report,
  PassingReport | { type: 'received' | 'sigterm' | 'where' | 'tree' | 'output' }
>;

export type Input =
  | { type: 'report'; report: FoldedReport }
  | Exclude<Observed, { type: 'report' }>
  | { type: 'starting' }
  | { type: 'spawned'; pid: number }
  /** The class was located. `place` is for messages: `tasks.ts:12`. */
  | { type: 'located'; place: string }
  /** Something went wrong on the parent's side. */
  | { type: 'fault'; error: SubprocessError }
  /** A shutdown was asked for. `signaled` is false if it only waits for the child to end by itself. */
  | { type: 'stop'; signaled: boolean }
  /** The parent has sent SIGKILL. */
  | { type: 'forced'; why: KillReason; excess?: MemoryExcess }
  | { type: 'stderr'; line: string };

/** `at`: ms since the epoch. `clock`: ms of a monotonic clock. */
export type TimedInput = Input & { at: number; clock: number };

export interface Step {
  facts: Facts;
  events: SubprocessEvent[];
  /** The child has to be killed, since it has failed to start or has broken the protocol. */
  mustKill?: true;
}

/** How many lines of stderr an ExitError contains. */
const STDERR_TAIL = 20;
/** V8's message. It is searched for in every line, since more stack frames may follow it than the tail holds. */
const HEAP_FULL = /heap out of memory|Reached heap limit|Fatal process out of memory/;

/** The facts and the events that follow from `input`. Any sequence of inputs gives a legal sequence of events. */
export function interpret(facts: Facts, input: TimedInput): Step {
  if (facts.exited) return withoutEvent(facts);
  const { at } = input;
  switch (input.type) {
    case 'starting':
      if (facts.startedAt !== null) return withoutEvent(facts);
      return { facts: { ...facts, startedAt: input.clock }, events: [{ type: 'starting', at }] };
    case 'spawned':
      if (facts.pid !== null) return withoutEvent(facts);
      return { facts: { ...facts, pid: input.pid }, events: [{ type: 'spawned', at, pid: input.pid }] };
    case 'located':
      return withoutEvent({ ...facts, place: input.place });
    case 'report':
      return interpretReport(facts, input.report, at);
    case 'protocol-error':
      return failAndKill(facts, protocolError(facts, input.why), at);
    case 'fault':
      return failAndKill(facts, input.error, at);
    case 'stop':
      return recordStop({ ...facts, asked: true }, input.signaled, at);
    case 'forced':
      if (facts.killReason) return withoutEvent(facts);
      return withoutEvent({ ...facts, killReason: input.why, excess: input.excess ?? null });
    case 'stderr':
      return withoutEvent({
        ...facts,
        stderr: [...facts.stderr, input.line].slice(-STDERR_TAIL),
        heapFull: facts.heapFull || HEAP_FULL.test(input.line),
      });
    case 'closed':
      return withoutEvent({ ...facts, closed: true });
    case 'end': {
      const exit = exitStatus(facts, input);
      return { facts: { ...facts, exited: true }, events: [{ type: 'exited', at, exit }] };
    }
    default:
      return input satisfies never;
  }
}

/** The input for a report that comes too late, too soon, or for the second time. */
export const misplaced = (report: Report): Extract<Input, { type: 'protocol-error' }> => ({
  type: 'protocol-error',
  why: `a report '${report.type}' that has no place there`,
});

const withoutEvent = (facts: Facts): Step => ({ facts, events: [] });

function interpretReport(facts: Facts, report: FoldedReport, at: number): Step {
  if (isMisplaced(facts, report)) return failAndKill(facts, protocolError(facts, misplaced(report).why), at);
  switch (report.type) {
    case 'up':
    case 'entered':
    case 'stalled':
    case 'done':
      return withoutEvent({ ...facts, [report.type]: true });
    case 'ready':
      // The start has failed already, and the child is being killed.
      if (facts.error) return withoutEvent(facts);
      return { facts: { ...facts, ready: true }, events: [{ type: 'ready', at }] };
    case 'result':
      if (facts.error) return withoutEvent(facts);
      return { facts: { ...facts, result: true }, events: [{ type: 'result', at, value: report.value }] };
    case 'handles-stop':
      return withoutEvent({ ...facts, handlesStop: true });
    case 'stopping':
      return recordStop(facts, true, at);
    case 'failed':
      if (report.during === 'channel') {
        return failAndKill(facts, protocolError(facts, `${report.error.message} to the child`), at);
      }
      return recordFailure(facts, errorOf(facts, report), at, report.during === 'outside');
    case 'primed':
      return failAndKill(facts, protocolError(facts, "a report 'primed' from what is no spare"), at);
    default:
      return report satisfies never;
  }
}

function isMisplaced(facts: Facts, report: FoldedReport): boolean {
  if (facts.done) return true;
  if (ONCE.has(report.type) && facts[report.type as 'up']) return true;
  if (report.type === 'failed') return facts.ready && BEFORE_READY.has(report.during);
  // A child reports 'done' after its result. It has none if it failed or was stopped.
  if (report.type === 'done') return !(facts.ready && (facts.result || facts.first === 'stop' || facts.error));
  return false;
}

/** Reports that come at most once. Each is also the name of its fact. */
const ONCE = new Set<string>(['up', 'ready', 'entered', 'result', 'done'] satisfies (keyof Facts & Report['type'])[]);

/** What a child does only before it is ready. */
const BEFORE_READY = new Set<Activity>(['load', 'find', 'restore']);

function recordStop(facts: Facts, signaled: boolean, at: number): Step {
  // A child that is done ends by itself, whoever asks it to stop.
  const first = facts.first ?? (signaled && !facts.done ? 'stop' : null);
  const events: SubprocessEvent[] = facts.stopping ? [] : [{ type: 'stopping', at }];
  return { facts: { ...facts, stopping: true, first }, events };
}

function recordFailure(facts: Facts, error: SubprocessError, at: number, failedOutside = false): Step {
  // The first error counts.
  if (facts.error) return withoutEvent(facts);
  // After a result there is no 'failed' event. Only the ExitStatus has the error.
  const events: SubprocessEvent[] = facts.result ? [] : [{ type: 'failed', at, error }];
  return { facts: { ...facts, error, failedOutside, first: facts.first ?? 'error' }, events };
}

const failAndKill = (facts: Facts, error: SubprocessError, at: number): Step => ({
  ...recordFailure(facts, error, at),
  mustKill: true,
});

/** What the channel has in the child. */
const DESCRIPTORS = platform.channel.reports === 3 ? 'descriptor 3' : 'descriptors 3 and 4';

const protocolError = ({ subprocess, pid }: Facts, why: string) =>
  new ProtocolError(
    `${subprocess}: the channel of the child (pid ${pid}) brought ${why}, and the child was ended: leave ${DESCRIPTORS} alone in the child, and use one version of offspring-rx on both sides`,
    { subprocess, pid },
  );

const CULPRIT: Record<Exclude<Activity, 'load' | 'find' | 'channel'>, string> = {
  restore: '.restore() threw',
  begin: '.begin() threw',
  run: '.run() threw',
  loop: '.loop() threw',
  end: '.end() threw',
  outside: ': an error that nothing caught',
  replay: ': an error that nothing caught',
};

/** The error that a 'failed' report describes. */
function errorOf(facts: Facts, report: Extract<Report, { type: 'failed' }>): SubprocessError {
  const { during, error } = report;
  if (during === 'load' || during === 'find') return explainLoad(facts, during, error);
  const { subprocess, pid } = facts;
  const context = { subprocess, pid };
  const message = `${subprocess}${CULPRIT[during as keyof typeof CULPRIT]} in the child (pid ${pid})`;
  const hint = during === 'replay' ? `, in code of the module itself: ${LOADED_AGAIN}` : '';
  const remote = decodeError(error, message + hint, context);
  return during === 'restore' ? new StartError('load', remote.message, { ...context, cause: remote }) : remote;
}

function exitStatus(facts: Facts, { code, signal, clock }: Extract<TimedInput, { type: 'end' }>): ExitStatus {
  const { subprocess, pid } = facts;
  // A SIGKILL that arrived too late did not end the child.
  const forced = facts.killReason !== null && signal === 'SIGKILL';
  const duration = facts.startedAt === null ? 0 : clock - facts.startedAt;
  const end = { subprocess, pid, code, signal, duration, forced };
  const error = facts.error ?? undefined;
  if (facts.done && code === 0 && !error && facts.first !== 'stop' && pid !== null) {
    return { ...end, reason: 'completed', code: 0, signal: null };
  }
  const ended = { ...end, cause: causeOf(facts, end) };
  if (facts.first === 'stop' && pid !== null) {
    return { ...ended, reason: 'stopped', ...(!facts.asked && { fromOutside: true }), ...(error && { error }) };
  }
  if (isStartError(error)) return { ...ended, reason: 'not-started', error };
  if (pid === null) return { ...ended, reason: 'not-started', ...(error && { error }) };
  if (error) return { ...ended, reason: 'failed', error };
  return explainEnd(facts, ended);
}
