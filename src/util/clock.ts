/** Both sides: time in milliseconds: a monotonic clock, the limit of timers, a blocking wait. */
import { hrtime } from './timers';

/** The longest delay of a Node timer, ms. A longer one makes it fire at once. https://nodejs.org/api/timers.html */
export const LONGEST_TIMER = 2 ** 31 - 1;

/** The time of a monotonic clock, in ms. Not `performance.now()`: a child takes 1 ms to load `performance`. */
export function now(): number {
  return Number(hrtime()) / 1e6;
}

const neverNotified = new Int32Array(new SharedArrayBuffer(4));

/** Blocks this process, its event loop included, for `ms` milliseconds. */
export function block(ms: number): void {
  Atomics.wait(neverNotified, 0, 0, ms);
}
