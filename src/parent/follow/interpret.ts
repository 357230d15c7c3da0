/** Parent side: folds what is seen of one child, and what is asked of it, into events. Pure. */
import { isStartError, ProtocolError, StartError, type SubprocessError } from '../../model/errors';
import type { SubprocessEvent } from '../../model/events';
import type { ExitStatus } from '../../model/exit-status';
import { decodeError } from '../../protocol/remote-error';
import type { Activity, Report } from '../../protocol/to-parent';
import type { Observed } from '../process/observe-child';
import { explainEnd, explainLoad } from './explain';
import type { Facts } from './facts';

/** Reports that change no fact. They pass the fold by: see Journal. */
export type PassingReport = Extract<Report, { type: 'messages' | 'iteration' }>;

/** Reports that are folded. What a child has received is the outbox's to know. */
export type FoldedReport = Exclude<Report, PassingReport | { type: 'received' }>;

export type Input =
  | { type: 'report'; report: FoldedReport }
  | Exclude<Observed, { type: 'report' }>
  | { type: 'starting' }
  | { type: 'spawned'; pid: number }
  /** The class was found; `shown` is its place for messages. */
  | { type: 'located'; shown: string }
  /** Something went wrong on the parent's side. */
  | { type: 'fault'; error: SubprocessError }
  /** A stop was asked for; `signalled` if it is more than waiting. */
  | { type: 'stop'; signalled: boolean }
  | { type: 'forced' }
  | { type: 'stderr'; line: string };

/** `at`: ms since the epoch. `clock`: ms of a monotonic clock. */
export type TimedInput = Input & { at: number; clock: number };

export interface Step {
  facts: Facts;
  events: SubprocessEvent[];
  /** The child has to be ended for what it did. */
  verdict?: true;
}

/** How many lines of stderr an ExitError tells. */
const STDERR_TAIL = 20;
/** V8's words for it; the frames that follow may be more than the tail holds. */
const HEAP_FULL = /heap out of memory|Reached heap limit|Fatal process out of memory/;

/** The facts and the events that follow from `input`. Total: any sequence of inputs gives a legal sequence of events. */
export function interpret(facts: Facts, input: TimedInput): Step {
  if (facts.exited) return { facts, events: [] };
  const { at } = input;
  switch (input.type) {
    case 'starting':
      if (facts.startedAt !== null) return quiet(facts);
      return { facts: { ...facts, startedAt: input.clock }, events: [{ type: 'starting', at }] };
    case 'spawned':
      if (facts.pid !== null) return quiet(facts);
      return { facts: { ...facts, pid: input.pid }, events: [{ type: 'spawned', at, pid: input.pid }] };
    case 'located':
      return quiet({ ...facts, shown: input.shown });
    case 'report':
      return interpretReport(facts, input.report, at);
    case 'garbled':
      return condemned(facts, garbled(facts, input.why), at);
    case 'fault':
      return condemned(facts, input.error, at);
    case 'stop':
      return stopped(facts, at, input.signalled);
    case 'forced':
      return quiet({ ...facts, forced: true });
    case 'stderr':
      return quiet({
        ...facts,
        stderr: [...facts.stderr, input.line].slice(-STDERR_TAIL),
        heapFull: facts.heapFull || HEAP_FULL.test(input.line),
      });
    case 'closed':
      return quiet({ ...facts, closed: true });
    case 'end': {
      const exit = exitStatus(facts, input);
      return { facts: { ...facts, exited: true }, events: [{ type: 'exited', at, exit }] };
    }
    default:
      return input satisfies never;
  }
}

/** The input for a report that comes after the last one, or that may not come twice. */
export const misplaced = (report: Report): Input => ({
  type: 'garbled',
  why: `a report '${report.type}' that has no place there`,
});

const quiet = (facts: Facts): Step => ({ facts, events: [] });

function interpretReport(facts: Facts, report: FoldedReport, at: number): Step {
  const tooLate = report.type === 'failed' && facts.ready && BEFORE_READY.has(report.during);
  const tooSoon = report.type === 'done' && !(facts.ready && (facts.result || facts.cause === 'stop' || facts.error));
  const twice = ONCE.has(report.type) && facts[report.type as 'up'];
  if (facts.done || tooLate || tooSoon || twice) return interpret(facts, { ...misplaced(report), at, clock: 0 });
  switch (report.type) {
    case 'up':
    case 'entered':
    case 'stalled':
    case 'done':
      return quiet({ ...facts, [report.type]: true });
    case 'ready':
      // It was given up, and is about to end.
      if (facts.error) return quiet(facts);
      return { facts: { ...facts, ready: true }, events: [{ type: 'ready', at }] };
    case 'result':
      if (facts.error) return quiet(facts);
      return { facts: { ...facts, result: true }, events: [{ type: 'result', at, value: report.value }] };
    case 'stopping':
      return stopped(facts, at, true);
    case 'failed':
      if (report.during === 'channel')
        return condemned(facts, garbled(facts, `${report.error.message} to the child`), at);
      return failed(facts, reported(facts, report), at);
    case 'primed':
      return condemned(facts, garbled(facts, "a report 'primed' from what is no spare"), at);
    default:
      return report satisfies never;
  }
}

/** Reports that come at most once, each also the name of its fact. */
const ONCE = new Set<string>(['up', 'ready', 'entered', 'result', 'done'] satisfies (keyof Facts & Report['type'])[]);

function stopped(facts: Facts, at: number, signalled: boolean): Step {
  const cause = facts.cause ?? (signalled && !facts.done ? 'stop' : null);
  const events: SubprocessEvent[] = facts.stopping ? [] : [{ type: 'stopping', at }];
  return { facts: { ...facts, stopping: true, cause }, events };
}

function failed(facts: Facts, error: SubprocessError, at: number): Step {
  // First cause wins; after a result, only the ExitStatus tells of a failure.
  if (facts.error) return quiet(facts);
  const events: SubprocessEvent[] = facts.result ? [] : [{ type: 'failed', at, error }];
  return { facts: { ...facts, error, cause: facts.cause ?? 'error' }, events };
}

const condemned = (facts: Facts, error: SubprocessError, at: number): Step => ({
  ...failed(facts, error, at),
  verdict: true,
});

const garbled = ({ subprocess, pid }: Facts, why: string) =>
  new ProtocolError(
    `${subprocess}: the channel of the child (pid ${pid}) brought ${why}, and the child was ended: leave descriptor 3 alone in the child, and use one version of offspring-rx on both sides`,
    { subprocess, pid },
  );

const BEFORE_READY = new Set<Activity>(['load', 'find', 'restore']);

const CULPRIT: Record<Exclude<Activity, 'load' | 'find' | 'channel'>, string> = {
  restore: '.restore() threw',
  begin: '.begin() threw',
  run: '.run() threw',
  loop: '.loop() threw',
  end: '.end() threw',
  outside: ': an error that nothing caught',
};

function reported(facts: Facts, report: Extract<Report, { type: 'failed' }>): SubprocessError {
  const { during, error } = report;
  if (during === 'load' || during === 'find') return explainLoad(facts, during, error);
  const { subprocess, pid } = facts;
  const context = { subprocess, pid };
  const what = `${subprocess}${CULPRIT[during as keyof typeof CULPRIT]} in the child (pid ${pid})`;
  const remote = decodeError(error, what, context);
  return during === 'restore' ? new StartError('load', remote.message, { ...context, cause: remote }) : remote;
}

function exitStatus(facts: Facts, { code, signal, clock }: Extract<TimedInput, { type: 'end' }>): ExitStatus {
  const { subprocess, pid } = facts;
  // A kill that came too late was not needed.
  const forced = facts.forced && signal === 'SIGKILL';
  const duration = facts.startedAt === null ? 0 : clock - facts.startedAt;
  const ended = { subprocess, pid, code, signal, duration, forced };
  const error = facts.error ?? undefined;
  if (facts.cause === 'stop' && pid !== null) return { ...ended, reason: 'stopped', ...(error && { error }) };
  if (isStartError(error)) return { ...ended, reason: 'not-started', error };
  if (pid === null) return { ...ended, reason: 'not-started', ...(error && { error }) };
  if (error) return { ...ended, reason: 'failed', error };
  if (facts.done && code === 0) return { ...ended, reason: 'completed', code: 0, signal: null };
  return explainEnd(facts, ended);
}
