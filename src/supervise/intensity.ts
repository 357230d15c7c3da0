/** Parent side: decides when a child has failed too often. */

/**
 * How often children may fail until their supervisor gives up.
 *
 * @example
 * const intensity: Partial<Intensity> = { restarts: 10, period: 60_000 };
 * supervise(() => new Heartbeat(3), { intensity }).subscribe();
 */
export interface Intensity {
  /**
   * How many restarts are allowed within a period. The supervisor gives up at the next failure. `Infinity`: no limit.
   * Default: 3.
   */
  restarts: number;
  /** Length of the sliding window, ms. Default: 10,000. */
  period: number;
}

export const DEFAULT_INTENSITY: Intensity = { restarts: 3, period: 10_000 };

/** Adds the `latest` failure, and removes those that no longer count. A failure counts for `period` ms. */
export function withFailure<T extends { at: number }>(
  history: readonly T[],
  latest: T,
  { restarts, period }: Intensity,
): readonly T[] {
  // Without a limit the history would only grow.
  if (restarts === Number.POSITIVE_INFINITY) return [latest];
  return [...history.filter(({ at }) => latest.at - at < period), latest];
}

/** Whether the history has more failures than `restarts` allows. */
export const isTooMany = (history: readonly unknown[], { restarts }: Intensity): boolean => history.length > restarts;
