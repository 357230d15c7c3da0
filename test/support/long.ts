/**
 * Long tests. One that has LONG in its name runs twice: `npm test` runs a short form of it, and `npm run test:long` runs
 * what that leaves out. The two share one table and one test, which says by `rows` and `sized` how they differ.
 *
 * `npm test` must end within three minutes, also on a slow machine. So of each mechanism it runs one or two rows in real
 * processes; further variants of the same mechanism belong to the long form. `npm run test:slowest` tells which file takes
 * how long.
 */

/** The mark by which `npm run test:long` finds a test. */
export const LONG = '@long';

/** Whether this is `npm run test:long`; see ./start-in-full. */
const isInFull = process.env['OFFSPRING_TEST_ALL'] !== undefined;

/** Of a table, the rows that this run has: those that `short` picks in `npm test`, all the others in `test:long`. */
export const rows = <T>(table: readonly T[], short: (row: T, at: number) => boolean): T[] =>
  table.filter((row, at) => short(row, at) !== isInFull);

/** A number that says how long a test takes: `short` in `npm test`, `full` in `test:long`. */
export const sized = (short: number, full: number): number => (isInFull ? full : short);

/** A test that only `npm run test:long` runs. LONG must be in its name. */
export const itInFull = (title: string, test: Mocha.AsyncFunc): void => {
  if (isInFull) it(title, test);
};
