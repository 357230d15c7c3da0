/** Whether a task ended as it may have, given what was done to it. Pure. */
import type { ExitStatus } from 'offspring-rx';
import { kindOf } from './kinds';
import type { Plan } from './plan';

/** What was seen of a task, once all of it has settled. */
export interface Seen {
  exit: ExitStatus;
  /** All that exit$, wait() and each shutdown() gave. */
  exits: unknown[];
  states: unknown[];
  /** The `n` of the messages, in order. */
  messages: number[];
  /** What result() gave or was rejected with. */
  result: { value: unknown } | { error: unknown };
  ready: boolean;
  /** ms from the first stop to the end; null if none was asked for. */
  stopTime: number | null;
  /** Whether a stop was asked for, and which signals were sent besides. */
  stopAsked: boolean;
  signalled: boolean;
}

const ORDER = ['created', 'starting', 'running', 'stopping', 'exited'];
/** ms that a stop may take: the longest grace, and time on a busy machine. */
const LONGEST_STOP = 10_000;

export function judge(plan: Plan, seen: Seen): string[] {
  const { exit, exits, states, messages, result, stopTime } = seen;
  const kind = kindOf(plan.kind);
  const problems: string[] = [];
  const expect = (holds: boolean, problem: string) => {
    if (!holds) problems.push(problem);
  };

  const { reason } = exit;
  const code = `code ${exit.code}, signal ${exit.signal}, error ${exit.error?.message}`;
  expect(mayEnd(plan, seen), `ended '${reason}' (${code}), which nothing explains`);
  expect(
    exits.every(each => each === exit),
    'exit$, wait() and shutdown() do not give the same one ExitStatus',
  );
  const path = states.map(state => ORDER.indexOf(state as string));
  expect(
    path.every((place, index) => place >= 0 && (index === 0 || place > (path[index - 1] as number))) &&
      states.at(-1) === 'exited',
    `state$ went ${states.join(', ')}`,
  );
  expect(
    messages.every((n, index) => n === index),
    `messages came as ${messages.slice(0, 60).join(' ')}`,
  );
  expect(stopTime === null || stopTime < LONGEST_STOP, `took ${stopTime?.toFixed()} ms to stop`);
  expect(seen.ready || reason !== 'completed', 'completed, and yet was never ready');
  if (reason === 'completed') {
    const value = 'value' in result ? result.value : result.error;
    expect(!kind.result || value === kind.result(plan), `completed, and yet result() gave ${String(value)}`);
    if (kind.messages) {
      expect(messages.length === kind.messages(plan), `completed with ${messages.length} messages`);
    }
  } else if (reason !== 'stopped') {
    // What run returned counts, however its process ended then.
    expect('error' in result || seen.signalled, `result() gave a value, and yet it ended '${reason}' (${code})`);
  }
  return problems;
}

function mayEnd(plan: Plan, { exit, stopAsked, signalled, ready }: Seen): boolean {
  const { reason } = exit;
  const kind = kindOf(plan.kind);
  if (reason === kind.ends) return true;
  if (stopAsked && (reason === 'stopped' || (reason === 'not-started' && exit.pid === null))) return true;
  if (!signalled) return false;
  if (reason === 'killed') return exit.signal === plan.action || stopAsked;
  // A loop, or who listens to its signal, obeys a SIGTERM from outside.
  if (reason === 'stopped') return plan.action === 'SIGTERM' && (kind.loop === true || plan.kind === 'aborts');
  // Its own children were ended by the signal, and it awaits them.
  if (reason === 'failed') return plan.kind === 'nests';
  return reason === 'not-started' && !ready;
}
