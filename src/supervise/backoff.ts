/** Parent side: calculates the delay before a restart. */

/**
 * How long a supervisor waits before a restart.
 *
 * @example
 * const backoff: Partial<Backoff> = { initial: 1_000, max: 60_000 };
 * supervise(() => new Heartbeat(3), { backoff }).subscribe();
 */
export interface Backoff {
  /** ms before the first restart. Default: 100. */
  initial: number;
  /** Each further delay is this many times as long as the one before. Default: 2. */
  factor: number;
  /** The longest delay, ms. Default: 15,000. */
  max: number;
  /**
   * The largest share of a delay that may be subtracted at random, 0 to 1. So children that failed together do not
   * restart together. Default: 0.2.
   */
  jitter: number;
  /** After a child has been ready for this many ms, its next delay is `initial` again. Default: 30,000. */
  resetAfter: number;
}

export const DEFAULT_BACKOFF: Backoff = { initial: 100, factor: 2, max: 15_000, jitter: 0.2, resetAfter: 30_000 };

/** ms to wait after a failure that follows `earlier` failures in a row. `random` is a random number, 0 to 1. */
export function delayAfter(earlier: number, { initial, factor, max, jitter }: Backoff, random: number): number {
  // With `initial` 0 the product could be 0 * Infinity, which is NaN.
  const delay = initial === 0 ? 0 : Math.min(initial * factor ** earlier, max);
  return Math.round(delay * (1 - jitter * random));
}

/** The failures in a row before this one: `count`, or 0 if the child had been ready for `resetAfter` ms. */
export const earlierFailures = (count: number, uptime: number, { resetAfter }: Backoff): number =>
  uptime >= resetAfter ? 0 : count;
