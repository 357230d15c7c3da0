/** Both sides: looks at values whose getters, traps and conversions are somebody else's code. */

/** What `look` returns; undefined if it throws. */
export function attempt<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch {
    return undefined;
  }
}

/** A value as text, whatever it is. */
export const safeText = (value: unknown): string => attempt(() => String(value)) ?? 'a value without text';
