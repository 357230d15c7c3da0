/** Parent side: limits the time that a child may take until it is ready. */
import { LONGEST_TIMER, now } from './clock';
import { type ProcessorTime, processorTime } from './processor-time';
import { clearImmediate, clearTimeout, setImmediate, setTimeout } from './timers';

/** The most time in all, however busy the machine is: so many times the limit, or so many ms if that is more. */
const MOST_LIMITS = 10;
const MOST_MS = 300_000;
/** ms after which the time of a process that is not new is first read. Most children are ready by then, and need no read. */
const FIRST_READ_MS = 100;

/** Processes that wait for a debugger before they run anything. */
export const debuggedProcesses = new WeakSet<object>();

/** The limit is over. */
export interface Overrun {
  /** ms since the limit began. */
  total: number;
  /** ms in which the child waited for a processor. Undefined if the system does not tell. */
  waited: number | undefined;
  /** Whether the child had less time than the limit, because the machine was busy for too long. */
  wasStarved: boolean;
}

export interface StartLimitConfig {
  process: { readonly pid?: number | undefined };
  /** Whether the process has just been made. */
  isNew: boolean;
  /** ms. */
  limit: number;
  onOver(overrun: Overrun): void;
}

/**
 * Counts the time that a child ran or slept. Does not count the time that it waited for a processor, which the child
 * cannot help. Of a child that a debugger may pause, it counts only the time that it ran.
 *
 * The timers do not keep this process alive.
 */
export class StartLimit {
  readonly #config: StartLimitConfig;
  readonly #start = now();
  readonly #isDebugged: boolean;
  /** The time of the process before this limit. */
  #before: ProcessorTime | undefined;
  #timer: NodeJS.Timeout | undefined;
  #immediate: NodeJS.Immediate | undefined;

  constructor(config: StartLimitConfig) {
    const { process, isNew, limit } = config;
    this.#config = config;
    this.#isDebugged = debuggedProcesses.has(process);
    if (limit > LONGEST_TIMER) return;
    if (isNew || limit <= FIRST_READ_MS) {
      this.#check(limit);
      return;
    }
    this.#timer = setTimeout(() => {
      this.#before = this.#processorTime();
      this.#check(limit - (now() - this.#start));
    }, FIRST_READ_MS).unref();
  }

  cancel(): void {
    clearTimeout(this.#timer);
    clearImmediate(this.#immediate);
  }

  #check(delay: number): void {
    this.#timer = setTimeout(
      () => {
        // If this process was blocked, its timers fire before it reads what the child has reported. It reads that first.
        this.#immediate = setImmediate(() => this.#onTimer());
      },
      Math.min(Math.max(1, Math.ceil(delay)), LONGEST_TIMER),
    ).unref();
  }

  #onTimer(): void {
    const { limit, onOver } = this.#config;
    const total = now() - this.#start;
    const time = this.#processorTime();
    const waited = time && Math.min(total, Math.max(0, time.waited - (this.#before?.waited ?? 0)));
    if (this.#isDebugged && !time) return;
    const counted = time && this.#isDebugged ? time.ran - (this.#before?.ran ?? 0) : total - (waited ?? 0);
    const isTooLong = !this.#isDebugged && total >= Math.max(limit * MOST_LIMITS, MOST_MS);
    // A timer may fire a part of a millisecond early.
    if (counted > limit - 1 || isTooLong) onOver({ total, waited, wasStarved: counted <= limit - 1 });
    else this.#check(limit - counted);
  }

  #processorTime(): ProcessorTime | undefined {
    const { pid } = this.#config.process;
    return pid === undefined ? undefined : processorTime(pid);
  }
}

const SEARCH = 'look for an endless loop or an await that never settles there, or raise READY_TIMEOUT';

/** What to do about a child that was not ready in time. `advice` is for one that the machine let run. */
export function adviceFor({ total, waited, wasStarved }: Overrun, advice = SEARCH): string {
  if (wasStarved) {
    const share = `it waited ${Math.round(waited ?? 0)} of ${Math.round(total)} ms for a processor`;
    return `the machine is too busy (${share}): start fewer children at a time`;
  }
  if (waited === undefined) return `${advice}; if the machine is busy, start fewer children at a time`;
  return waited < 1 ? advice : `${advice} (${Math.round(waited)} ms in which it waited for a processor do not count)`;
}
