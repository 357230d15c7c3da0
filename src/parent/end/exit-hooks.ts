/** Parent side: ends all children when this process ends. Listens to process events only while there are children. */
import { retireOwners } from '../../owners';
import { isChild } from '../../side';
import { now } from '../../util/clock';
import { attempt, safeText } from '../../util/safely';
import { setTimeout } from '../../util/timers';
import { reportAll } from '../follow/report-failure';
import { writeStderr } from '../follow/write-stderr';
import { unguard } from './guardian';
import { join } from './join';
import { listenToRegistry, refuseStarts, registered } from './registry';
import { shutdownInOrder, stopOrder } from './stop-order';

/**
 * ms after a signal within which another one counts as the same: npm forwards Ctrl-C, and a closing terminal repeats
 * SIGHUP.
 */
const SAME_SIGNAL_MS = 500;
/** ms for a signal that this process has sent itself to arrive. Signal listeners do not keep the event loop alive. */
const SIGNAL_DELIVERY_MS = 200;
/** ms that an exit blocks before it prints which children it waits for. */
const PRINT_WAITING_MS = 1_000;
/** The same after an uncaught error. Shorter, since Node prints the error only after the exit handlers. */
const PRINT_WAITING_MS_AFTER_ERROR = 100;

/** A child leaves SIGINT and SIGHUP to its parent. */
const SIGNALS: NodeJS.Signals[] = isChild ? ['SIGTERM'] : ['SIGINT', 'SIGTERM', 'SIGHUP'];
const SIGNAL_NUMBERS: Record<string, number> = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 };

/** Marks the signal listeners of this library. Another copy of the package does not take them for the user's. */
const OURS = Symbol.for('offspring-rx.listener');

export function installExitHooks(): void {
  listenToRegistry({ onOccupied: addListeners, onEmpty: removeListeners });
}

function addListeners(): void {
  process.on('beforeExit', onBeforeExit);
  process.on('exit', onExit);
  process.on('uncaughtExceptionMonitor', onUncaughtException);
  // While a signal is handled, the signal listeners have never been removed.
  if (!handling) for (const signal of SIGNALS) process.on(signal, onSignal);
}

function removeListeners(): void {
  process.off('beforeExit', onBeforeExit);
  process.off('exit', onExit);
  process.off('uncaughtExceptionMonitor', onUncaughtException);
  // While a signal is handled, a second one must still be noticed.
  if (!handling) for (const signal of SIGNALS) process.off(signal, onSignal);
}

function onBeforeExit(): void {
  retireOwners();
  void shutdownInOrder(registered(), entry => entry.entered().then(() => entry.shutdown()));
}

/** The uncaught error that ends this process. Node prints it only after the exit handlers. */
let fatal: { error: unknown } | undefined;

function onUncaughtException(error: unknown): void {
  const isCaught = process.listenerCount('uncaughtException') > 0 || process.hasUncaughtExceptionCaptureCallback();
  if (!isCaught) fatal = { error };
}

function onExit(): void {
  const uncaught = fatal;
  // Without listeners, a signal ends this process while it blocks. The listeners of signal-exit may go, since it also
  // does its work in an exit handler.
  for (const signal of SIGNALS) {
    if (usersListeners(signal) > 0) process.off(signal, onSignal);
    else process.removeAllListeners(signal);
  }
  retireOwners();
  const joinables = stopOrder(registered()).map(group =>
    group.flatMap(entry => entry.atExit(uncaught !== undefined) ?? []),
  );
  reportAll();
  join(joinables, uncaught ? PRINT_WAITING_MS_AFTER_ERROR : PRINT_WAITING_MS, pids => {
    const error = uncaught?.error;
    const message = uncaught ? `${error instanceof Error ? safeText(error.message) : safeText(error)}\n` : '';
    writeStderr(`${message}offspring-rx: waiting for ${describePids(pids)}\n`);
  });
  for (const { child } of joinables.flat()) unguard(child.pid);
}

const describePids = (pids: number[]) =>
  pids.length === 1 ? `1 child (pid ${pids[0]})` : `${pids.length} children (pids ${pids.join(', ')})`;

/** The first signal, while the children are shut down for it. */
let handling: { signal: NodeJS.Signals; since: number } | undefined;

function onSignal(signal: NodeJS.Signals): void {
  if (usersListeners(signal) > 0) return;
  if (!handling) {
    handling = { signal, since: now() };
    refuseStarts();
    void shutdownRegistered().then(() => die(signal));
  } else if (now() - handling.since >= SAME_SIGNAL_MS) {
    for (const entry of registered()) entry.kill();
    die(handling.signal);
  }
}
Object.assign(onSignal, { [OURS]: true });

async function shutdownRegistered(): Promise<void> {
  retireOwners();
  // In a loop, since the end of one instance may cause the start of another.
  while (registered().length > 0) await shutdownInOrder(registered(), entry => entry.shutdown());
}

const isOurs = (listener: object) => OURS in listener;

/** How many listeners of the user decide what the signal does. */
function usersListeners(signal: NodeJS.Signals): number {
  const others = process.listeners(signal).filter(listener => !isOurs(listener)).length;
  return others - signalExitListeners();
}

interface SignalExitEmitter {
  count?: number;
}

/**
 * The listeners of the package signal-exit. They do not count, since signal-exit does nothing if there is another
 * listener. Its versions 3 and 4 keep their number in these globals.
 */
function signalExitListeners(): number {
  const version3 = (process as { __signal_exit_emitter__?: SignalExitEmitter }).__signal_exit_emitter__;
  const version4 = (globalThis as Record<symbol, unknown>)[Symbol.for('signal-exit emitter')] as
    | SignalExitEmitter
    | undefined;
  return (version3?.count ?? 0) + (version4?.count ?? 0);
}

/** Ends this process as the signal would have done without this library. */
function die(signal: NodeJS.Signals): void {
  for (const handled of SIGNALS) process.off(handled, onSignal);
  reportAll();
  // Windows cannot raise SIGHUP. https://nodejs.org/api/process.html#signal-events
  attempt(() => process.kill(process.pid, signal));
  setTimeout(() => {
    // Another copy of this package still has children, and will end this process.
    if (process.listeners(signal).some(isOurs)) return;
    // The signal did not end this process: it is process 1 of a container, or it runs on Windows.
    process.exit(128 + (SIGNAL_NUMBERS[signal] ?? 0));
  }, SIGNAL_DELIVERY_MS);
}
