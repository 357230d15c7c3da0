/** Child side: detects a module that never finishes loading, because it awaits a task at its top level. */
import { now } from '../../../util/clock';
import { clearImmediate, clearTimeout, setImmediate, setTimeout } from '../../../util/timers';
import { noteOwn } from '../left-behind';
import type { TaskClass } from '../task-class';

/** A promise is stronger evidence that code waits than a stream, which may be subscribed to for other reasons. */
export type AwaitedKind = 'nothing' | 'stream' | 'promise';

/** A module that awaits an inert promise is stuck after this many idle turns of the event loop, 1 ms or more each. */
const IDLE_TURNS_PROMISE = 4;
/** The same for a module that has only subscribed to an inert stream. */
const IDLE_TURNS_STREAM = 40;
/** ms after which a module that awaits an inert promise may be stuck, even if it still has timers or sockets. */
const STUCK_AFTER_MS = 1_000;

export interface StuckImport {
  /** Resolves with the class that was found; rejects if there is none. Does not settle if the module is not stuck. */
  found: Promise<TaskClass>;
  stop(): void;
}

/**
 * Watches a module while it loads. A script that awaits its own task at its top level never finishes loading in the
 * child, because its instance is inert there. The module counts as stuck if it waits for an inert instance while the
 * process is idle. Then `find` looks for the class without the exports; `notFound` makes the error if there is none.
 */
export function watchForStuckImport(
  find: () => TaskClass | undefined,
  notFound: () => Error,
  inert: { readonly awaited: AwaitedKind },
): StuckImport {
  let timer: NodeJS.Timeout;
  let immediate: NodeJS.Immediate;
  let isStopped = false;
  const found = new Promise<TaskClass>((resolve, reject) => {
    let idleTurns = 0;
    let waitingSince: number | undefined;
    const check = () => {
      if (isStopped) return;
      if (inert.awaited === 'nothing') return checkLater();
      waitingSince ??= now();
      idleTurns = isBusy() ? 0 : idleTurns + 1;
      const awaitsPromise = inert.awaited === 'promise';
      const isIdle = idleTurns > (awaitsPromise ? IDLE_TURNS_PROMISE : IDLE_TURNS_STREAM);
      const isOverdue = awaitsPromise && now() - waitingSince > STUCK_AFTER_MS;
      if (!isIdle && !isOverdue) return checkLater();
      const type = find();
      if (type) resolve(type);
      else if (isIdle) reject(notFound());
      else checkLater();
    };
    // `check` runs in a setImmediate: a running setImmediate is no active resource, but a running timer is.
    const checkSoon = () => {
      noteOwn();
      immediate = setImmediate(check);
    };
    const checkLater = () => {
      noteOwn();
      timer = setTimeout(checkSoon, 1);
    };
    checkLater();
  });
  const stop = () => {
    isStopped = true;
    clearTimeout(timer);
    clearImmediate(immediate);
  };
  return { found, stop };
}

/** Resources that may stay open although nothing more will happen. Our own channel is one of them. */
const PASSIVE = /^(PipeWrap|TTYWrap|TCPServerWrap|PipeServerWrap|SignalWrap|FSEventWrap|StatWatcher|UDPWrap)$/;

function isBusy(): boolean {
  return process.getActiveResourcesInfo().some(resource => !PASSIVE.test(resource));
}
