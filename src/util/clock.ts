/** Both sides: time: what it is, how long a timer may be, and how to wait without an event loop. */

/** The longest delay of a Node timer, ms; a longer one would fire at once. https://nodejs.org/api/timers.html */
export const LONGEST_TIMER = 2 ** 31 - 1;

/** ms of a monotonic clock. Not `performance`, which takes a child a millisecond to load. */
export function now(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

const nobody = new Int32Array(new SharedArrayBuffer(4));

/** Blocks this process for so many ms. */
export function block(ms: number): void {
  Atomics.wait(nobody, 0, 0, ms);
}
