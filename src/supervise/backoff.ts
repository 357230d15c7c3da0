/** Parent side: how long to wait before a restart. Pure. */

export interface Backoff {
  /** ms before the first restart. Default: 100. */
  initial: number;
  /** By what each further delay is longer than the one before. Default: 2. */
  factor: number;
  /** ms that no delay exceeds. Default: 15,000. */
  max: number;
  /** At most this share of a delay is taken off, at random, so that not all restart at once: 0 to 1. Default: 0.2. */
  jitter: number;
  /** ms after which a child that was ready counts as well: its next delay is `initial` again. Default: 30,000. */
  resetAfter: number;
}

export const DEFAULT_BACKOFF: Backoff = { initial: 100, factor: 2, max: 15_000, jitter: 0.2, resetAfter: 30_000 };

/** ms to wait after a failure, before which there were `earlier` failures in a row. `chance` is 0 to 1. */
export function delayAfter(earlier: number, { initial, factor, max, jitter }: Backoff, chance: number): number {
  // Not 0 times infinity.
  const full = initial === 0 ? 0 : Math.min(initial * factor ** earlier, max);
  return Math.round(full * (1 - jitter * chance));
}

/** How many failures in a row there were before one of a child that had been ready for `uptime` ms. */
export const earlierFailures = (counted: number, uptime: number, { resetAfter }: Backoff): number =>
  uptime >= resetAfter ? 0 : counted;
