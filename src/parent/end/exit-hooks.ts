/** Parent side: what becomes of the children when this process ends. Listeners exist only while children live. */

import { isChild } from '../../side';
import { now } from '../../util/clock';
import { attempt, safeText } from '../../util/safely';
import { reportAll } from '../follow/report-failure';
import { writeStderr } from '../follow/write-stderr';
import { unguard } from './guardian';
import { join } from './join';
import { listenToRegistry, refuseStarts, registered } from './registry';

/** A signal that comes sooner than this after the first is the same one: npm forwards Ctrl-C, a closing terminal repeats SIGHUP. */
const SAME_SIGNAL = 500;
/** The loop has to live on for a signal that was raised again to arrive; signal watchers do not hold it. */
const DEATH_TIME = 200;
/** ms of a blocked exit after which it says for whom it waits: sooner where Node still owes the error that ends it. */
const PATIENCE = 1_000;
const PATIENCE_WITH_ERROR = 100;

/** In a child, SIGINT and SIGHUP are the parent's to decide. */
const SIGNALS: NodeJS.Signals[] = isChild ? ['SIGTERM'] : ['SIGINT', 'SIGTERM', 'SIGHUP'];
const NUMBERS: Record<string, number> = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 };

/** Marks our listeners, so that no copy of this package takes another's for the user's. */
const OURS = Symbol.for('offspring-rx.listener');

export function installExitHooks(): void {
  listenToRegistry({ onOccupied: listen, onEmpty: unlisten });
}

function listen(): void {
  process.on('beforeExit', onBeforeExit);
  process.on('exit', onExit);
  process.on('uncaughtExceptionMonitor', onUncaught);
  // Where a signal is being answered, they are still there.
  if (!answering) for (const signal of SIGNALS) process.on(signal, onSignal);
}

function unlisten(): void {
  process.off('beforeExit', onBeforeExit);
  process.off('exit', onExit);
  process.off('uncaughtExceptionMonitor', onUncaught);
  // While a signal is being answered, a second one still has to find us.
  if (!answering) for (const signal of SIGNALS) process.off(signal, onSignal);
}

function onBeforeExit(): void {
  for (const each of registered()) void each.entered().then(() => each.shutdown());
}

/** The error that ends this process. Node prints it only after the exit handlers. */
let fatal: { error: unknown } | undefined;

function onUncaught(error: unknown): void {
  const isCaught = process.listenerCount('uncaughtException') > 0 || process.hasUncaughtExceptionCaptureCallback();
  if (!isCaught) fatal = { error };
}

function onExit(): void {
  const uncaught = fatal;
  // A signal ends a process that blocks. What signal-exit would do, it does in its own exit handler.
  for (const signal of SIGNALS) {
    if (usersListeners(signal) > 0) process.off(signal, onSignal);
    else process.removeAllListeners(signal);
  }
  const leaving = registered().flatMap(each => each.atExit(uncaught !== undefined) ?? []);
  reportAll();
  join(leaving, uncaught ? PATIENCE_WITH_ERROR : PATIENCE, pids => {
    const error = uncaught?.error;
    const why = uncaught ? `${error instanceof Error ? safeText(error.message) : safeText(error)}\n` : '';
    writeStderr(`${why}offspring-rx: waiting for ${count(pids)}\n`);
  });
  for (const { child } of leaving) unguard(child.pid);
}

const count = (pids: number[]) =>
  pids.length === 1 ? `1 child (pid ${pids[0]})` : `${pids.length} children (pids ${pids.join(', ')})`;

let answering: { signal: NodeJS.Signals; since: number } | undefined;

function onSignal(signal: NodeJS.Signals): void {
  if (usersListeners(signal) > 0) return;
  if (!answering) {
    answering = { signal, since: now() };
    refuseStarts();
    void shutdownAll().then(() => die(signal));
  } else if (now() - answering.since >= SAME_SIGNAL) {
    for (const each of registered()) each.kill();
    die(answering.signal);
  }
}
Object.assign(onSignal, { [OURS]: true });

async function shutdownAll(): Promise<void> {
  // Again and again, since somebody may start another when one has ended.
  while (registered().length > 0) await Promise.all(registered().map(each => each.shutdown()));
}

const isOurs = (listener: object) => OURS in listener;

function usersListeners(signal: NodeJS.Signals): number {
  const others = process.listeners(signal).filter(listener => !isOurs(listener)).length;
  return others - signalExitListeners();
}

interface SignalExitEmitter {
  count?: number;
}

/** signal-exit leaves the decision to anybody else who listens, so it decides nothing itself. Versions 3 and 4 count their listeners here. */
function signalExitListeners(): number {
  const third = (process as { __signal_exit_emitter__?: SignalExitEmitter }).__signal_exit_emitter__;
  const fourth = (globalThis as Record<symbol, unknown>)[Symbol.for('signal-exit emitter')] as
    | SignalExitEmitter
    | undefined;
  return (third?.count ?? 0) + (fourth?.count ?? 0);
}

/** Ends this process as the signal would have done without us. */
function die(signal: NodeJS.Signals): void {
  for (const each of SIGNALS) process.off(each, onSignal);
  reportAll();
  // Windows cannot raise SIGHUP. https://nodejs.org/api/process.html#signal-events
  attempt(() => process.kill(process.pid, signal));
  setTimeout(() => {
    // Another copy of this package still has children, and will do the same.
    if (process.listeners(signal).some(isOurs)) return;
    // Still alive: process 1 of a container, which default actions spare, or Windows.
    process.exit(128 + (NUMBERS[signal] ?? 0));
  }, DEATH_TIME);
}
