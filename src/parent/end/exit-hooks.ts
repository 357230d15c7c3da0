/** Parent side: ends all children when this process ends. Listens to process events from the first child on. */
import { debugLog, isLogging } from '../../diagnostics/debug-log';
import { retireAllOwners } from '../../owners';
import { platform } from '../../platform/platform';
import { isChild } from '../../side';
import { now } from '../../util/clock';
import { isOurs, markAsOurs } from '../../util/our-listeners';
import { attempt, safeText } from '../../util/safely';
import { clearTimeout, queueMicrotask, setImmediate, setTimeout } from '../../util/timers';
import { hasUsersListener, isLeftToUser, noteRemoval } from '../../util/users-listeners';
import { reportAll } from '../follow/report-failure';
import { writeStderr } from '../follow/write-stderr';
import { endSequence, shutdownInSequence } from './end-sequence';
import { unguard } from './guardian';
import { join } from './join';
import { listenToRegistry, refuseStarts, registered, withholdSpares } from './registry';

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

/** A child leaves the signals of a terminal to its parent. */
const SIGNALS: NodeJS.Signals[] = isChild ? ['SIGTERM'] : ['SIGTERM', ...platform.stop.groupSignals];
const SIGNAL_NUMBERS: Record<string, number> = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15, SIGBREAK: 21 };

/**
 * ms that the listeners stay after the last child. Node drops a signal that has arrived if its last listener is removed
 * before the event loop comes to it, and a process group gets a signal as a whole: it often arrives as the children end.
 */
const LINGER_MS = 1_000;

export function installExitHooks(): void {
  listenToRegistry({ onOccupied: addListeners, onEmpty: removeListenersLater });
}

let removal: NodeJS.Timeout | undefined;

function addListeners(): void {
  clearTimeout(removal);
  add('beforeExit', onBeforeExit);
  add('exit', onExit);
  add('uncaughtExceptionMonitor', onUncaughtException);
  add('removeListener', noteRemoval);
  // While a signal is handled, the signal listeners have never been removed.
  if (!handling) for (const signal of SIGNALS) add(signal, onSignal);
}

/** Adds a listener that may still be there from earlier children. */
function add<T extends unknown[]>(event: string, listener: (...values: T) => void): void {
  if (!process.listeners(event as 'exit').includes(listener as () => void)) process.on(event, listener);
}

function removeListenersLater(): void {
  hasAwaitedSignals = false;
  clearTimeout(removal);
  // The event loop delivers the signals that have arrived just before it comes to the immediate.
  removal = setTimeout(() => setImmediate(removeListeners), LINGER_MS).unref();
}

/** Removes the listeners if there are no children. */
export function removeListeners(): void {
  if (registered().length > 0) return;
  clearTimeout(removal);
  process.off('beforeExit', onBeforeExit);
  process.off('exit', onExit);
  process.off('uncaughtExceptionMonitor', onUncaughtException);
  process.off('removeListener', noteRemoval);
  // While a signal is handled, a second one must still be noticed.
  if (!handling) for (const signal of SIGNALS) process.off(signal, onSignal);
}

function onBeforeExit(): void {
  if (isLogging && registered().length > 0) log('its work has run out');
  awaitSignals();
  queueMicrotask(shutdownAtRest);
}

/** Another listener of `beforeExit` may have started a task that somebody waits for. Then this process goes on. */
function shutdownAtRest(): void {
  if (registered().some(entry => entry.keepsAlive)) return;
  retireAllOwners();
  void shutdownInSequence(registered(), entry => entry.entered().then(() => entry.shutdown()));
}

let hasAwaitedSignals = false;

/**
 * Lets the event loop turn once more, since signal listeners do not keep it alive. Without them, a program that sends
 * itself the signal that its last child has died of would end by it.
 */
function awaitSignals(): void {
  if (hasAwaitedSignals) return;
  hasAwaitedSignals = true;
  setImmediate(() => {});
}

/** The uncaught error that ends this process. Node prints it only after the exit handlers. */
let fatal: { error: unknown } | undefined;

function onUncaughtException(error: unknown): void {
  const isCaught = process.listenerCount('uncaughtException') > 0 || process.hasUncaughtExceptionCaptureCallback();
  if (!isCaught) fatal = { error };
}

function onExit(): void {
  if (isLogging && registered().length > 0) log('it exits, and blocks until they have ended');
  const uncaught = fatal;
  // Without listeners, a signal ends this process while it blocks. The listeners of signal-exit may go, since it also
  // does its work in an exit handler.
  for (const signal of SIGNALS) {
    if (hasUsersListener(signal)) process.off(signal, onSignal);
    else process.removeAllListeners(signal);
  }
  retireAllOwners();
  withholdSpares();
  const joinables = endSequence(registered()).map(group =>
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
  const isLeft = isLeftToUser(signal);
  if (isLogging) log(`got ${signal}, ${isLeft ? 'which is left to the listeners of the program' : 'and dies of it'}`);
  if (isLeft) return;
  if (!handling) {
    handling = { signal, since: now() };
    refuseStarts();
    void shutdownRegistered().then(() => die(signal));
  } else if (now() - handling.since >= SAME_SIGNAL_MS) {
    for (const entry of registered()) entry.kill();
    die(handling.signal);
  }
}
markAsOurs(onSignal);

/** Tells why this process ends its children. */
const log = (why: string) => debugLog('this process', `${why}; children: ${registered().length}`);

async function shutdownRegistered(): Promise<void> {
  retireAllOwners();
  // In a loop, since the end of one instance may cause the start of another.
  while (registered().length > 0) await shutdownInSequence(registered(), entry => entry.shutdown());
}

/** Ends this process as the signal would have done without this library. */
function die(signal: NodeJS.Signals): void {
  for (const handled of SIGNALS) process.off(handled, onSignal);
  reportAll();
  const exit = () => {
    // Another copy of this package still has children, and will end this process.
    if (!process.listeners(signal).some(isOurs)) process.exit(128 + (SIGNAL_NUMBERS[signal] ?? 0));
  };
  // If this process is process 1 of a container, the signal does not end it.
  const isRaised = attempt(() => platform.stop.raise(signal)) !== false;
  if (isRaised) setTimeout(exit, SIGNAL_DELIVERY_MS);
  else exit();
}
