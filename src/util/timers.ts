/**
 * Both sides: the timers and clocks of Node, as they were when the library was loaded. Test frameworks replace them by
 * ones that a test winds forward, but processes live in real time. So the rest of the library takes them from here.
 */
import timers from 'node:timers';

// Not the globals: Jest may have replaced these before it loads the library, and leaves the module alone.
export const { setTimeout, clearTimeout, setImmediate, clearImmediate } = timers;
export const { queueMicrotask } = globalThis;
export const { nextTick } = process;

/** The time of day, in ms since 1970. */
export const dateNow = Date.now;

/** The time of a monotonic clock, in ns. */
export const hrtime = process.hrtime.bigint;
