/** Both sides: gives a value that all copies of the package in this process share. */
export function acrossCopies<T extends object>(name: string, make: () => T): T {
  const key = Symbol.for(`offspring-rx.${name}`);
  const values = globalThis as { [key: symbol]: T | undefined };
  const value = values[key] ?? make();
  values[key] = value;
  return value;
}
