/** Parent side: finds the word for why a child ended. Pure. */
import { isProtocolError, isStartError, isWatchdogError, type SubprocessError } from '../../model/errors';
import type { ExitCause } from '../../model/exit-status';
import type { Facts } from './facts';

/** Signals by which the system ends a process that did something wrong itself. Others can send them too, but rarely do. */
const CRASH_SIGNALS: readonly (NodeJS.Signals | null)[] = [
  'SIGSEGV',
  'SIGABRT',
  'SIGBUS',
  'SIGILL',
  'SIGFPE',
  'SIGTRAP',
  'SIGSYS',
];
/** Exit code of `process.abort()` on Windows, which has no signals. */
const ABORT_CODE = 134;
/** Exit code of Node if a module's top-level await never settles. */
const NEVER_SETTLED_CODE = 13;
/** The first exit code that Windows gives to a crash, such as 0xC0000005 for an access violation. */
const FIRST_CRASH_CODE = 0xc0000000;

/** How a process ended. `forced`: by the parent's SIGKILL. */
interface End {
  code: number | null;
  signal: NodeJS.Signals | null;
  forced: boolean;
}

/** The cause of an end that was not `completed`. */
export function causeOf(facts: Facts, end: End): ExitCause {
  const { error, first, killReason, pid } = facts;
  if (pid === null) return error && first !== 'stop' ? 'start-failed' : 'shutdown';
  // The parent kills a child that has broken the protocol or was not ready in time, whatever else came before.
  if (error && (first === 'error' || (end.forced && killReason === 'error'))) return causeOfError(facts, error);
  if (end.forced) return causeOfKill(facts);
  const crash = crashOf(facts, end);
  if (crash) return crash;
  if (end.signal && (first !== 'stop' || end.signal === 'SIGKILL')) return 'signal';
  if (first === 'stop') return facts.asked ? 'shutdown' : 'signal';
  if (facts.stalled || (end.code === NEVER_SETTLED_CODE && !facts.ready)) return 'stalled';
  if (facts.done) return 'exit-code';
  return facts.up ? 'process-exit' : 'start-failed';
}

function causeOfKill({ killReason, done }: Facts): ExitCause {
  if (killReason === 'memory') return 'memory-limit';
  if (killReason === 'overdue') return done ? 'did-not-exit' : 'lost-channel';
  return 'grace';
}

function causeOfError({ failedOutside }: Facts, error: SubprocessError): ExitCause {
  if (isStartError(error)) return error.phase === 'ready' ? 'ready-timeout' : 'start-failed';
  if (isProtocolError(error)) return 'protocol';
  if (isWatchdogError(error)) return 'watchdog';
  return failedOutside ? 'uncaught' : 'threw';
}

/** Undefined if it did not crash. */
function crashOf({ heapFull }: Facts, { code, signal }: End): 'out-of-memory' | 'crash' | undefined {
  const hasCrashed = CRASH_SIGNALS.includes(signal) || code === ABORT_CODE || (code ?? 0) >= FIRST_CRASH_CODE;
  if (!hasCrashed) return undefined;
  return heapFull ? 'out-of-memory' : 'crash';
}
