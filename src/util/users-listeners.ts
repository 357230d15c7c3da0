/** Both sides: counts the user's listeners of a signal, as they stood when the signal arrived. */
import { isOurs } from './our-listeners';
import { queueMicrotask } from './timers';

/** Events of which a listener of the user's was removed in this turn of the event loop. */
const removedNow = new Set<string | symbol>();

/**
 * Notes that a listener was removed, until this turn is over. A `once` listener, and one that removes itself, is gone
 * from the list when the listeners after it are called, all in one turn. https://nodejs.org/api/events.html
 */
export function noteRemoval(event: string | symbol, listener: object): void {
  if (isOurs(listener)) return;
  removedNow.add(event);
  queueMicrotask(() => removedNow.delete(event));
}

/** Whether a listener of the user's decides what the signal does. To be asked in a listener of that signal. */
export function isLeftToUser(signal: NodeJS.Signals): boolean {
  return removedNow.has(signal) || hasUsersListener(signal);
}

/** `coming`: how many listeners that are not of this library are about to be added. */
export function hasUsersListener(signal: NodeJS.Signals, coming = 0): boolean {
  const others = coming + process.listeners(signal).filter(listener => !isOurs(listener)).length;
  return others > signalExitListeners();
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
