/** Both sides: reads values whose getters, proxy traps and conversions may throw. */

/** Returns what `read` returns, or undefined if it throws. */
export function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

/** Any value as text. Never throws. */
export const safeText = (value: unknown): string => attempt(() => String(value)) ?? 'a value without text';
