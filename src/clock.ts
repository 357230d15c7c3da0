/** Both sides: the clock that durations are taken by. */

/** ms of a monotonic clock. Not `performance`, which takes a child a millisecond to load. */
export function now(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1_000 + nanoseconds / 1e6;
}
