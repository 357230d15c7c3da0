/**
 * Jest takes the fields of global objects away when a test file has ended, and a child may end later. It leaves those that
 * have this symbol. https://github.com/jestjs/jest/blob/main/packages/jest-util/src/garbage-collection-utils.ts
 */
const PROTECTED_FROM_JEST = Symbol.for('$$jest-protect-from-deletion');

/** Both sides: gives a value that all copies of the package in this process share. */
export function acrossCopies<T extends object>(name: string, make: () => T): T {
  const key = Symbol.for(`offspring-rx.${name}`);
  const values = globalThis as { [key: symbol]: T | undefined };
  const value = values[key] ?? make();
  values[key] = value;
  Object.defineProperty(value, PROTECTED_FROM_JEST, { value: [], configurable: true });
  return value;
}
