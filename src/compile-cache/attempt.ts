/** Both sides: undefined in place of an error. As in `util/safely`, which is in a bundle. */
export function attempt<T>(act: () => T): T | undefined {
  try {
    return act();
  } catch {
    return undefined;
  }
}
