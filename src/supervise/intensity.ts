/** Parent side: how many failures are too many. Pure. */

export interface Intensity {
  /** So many restarts are made within a period; the failure after them gives up. Default: 3. `Infinity`: no limit. */
  restarts: number;
  /** Length of the sliding window, ms. Default: 10,000. */
  period: number;
}

export const DEFAULT_INTENSITY: Intensity = { restarts: 3, period: 10_000 };

/** The failures that still count once `latest` has come, it included; a failure counts for `period` ms. */
export function withFailure<T extends { at: number }>(
  history: readonly T[],
  latest: T,
  { restarts, period }: Intensity,
): readonly T[] {
  // Without a limit nothing is counted, and nothing kept.
  if (restarts === Number.POSITIVE_INFINITY) return [latest];
  return [...history.filter(({ at }) => latest.at - at < period), latest];
}

/** Whether so many failures within one period are more than is allowed. */
export const isTooMany = (history: readonly unknown[], { restarts }: Intensity): boolean => history.length > restarts;
