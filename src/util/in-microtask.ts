/** Both sides: calls a function in a microtask. */

const RESOLVED = Promise.resolve();

/** Takes half the time of `queueMicrotask()`. What `callback` throws is an unhandled rejection. */
export const inMicrotask = (callback: () => void): void => void RESOLVED.then(callback);
