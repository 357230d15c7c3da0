/**
 * Long tests. One that has LONG in its name runs twice: `npm test` runs a short form of it, and `npm run test:all` runs
 * what that leaves out. The two share one table and one test, which says by `rows` and `sized` how they differ.
 */

/** The mark by which `npm run test:all` finds a test. */
export const LONG = '@long';

/** Whether this is `npm run test:all`; see ./start-in-full. */
const isInFull = process.env['OFFSPRING_TEST_ALL'] !== undefined;

/** Of a table, the rows that this run has: those that `short` picks in `npm test`, all the others in `test:all`. */
export const rows = <T>(table: readonly T[], short: (row: T, at: number) => boolean): T[] =>
  table.filter((row, at) => short(row, at) !== isInFull);

/** A number that says how long a test takes: `short` in `npm test`, `full` in `test:all`. */
export const sized = (short: number, full: number): number => (isInFull ? full : short);

/** A test that only `npm run test:all` runs. LONG must be in its name. */
export const itInFull = (title: string, test: Mocha.AsyncFunc): void => {
  if (isInFull) it(title, test);
};
