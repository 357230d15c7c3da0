/** Required for a run on Windows: leaves out the tests that do not run there, and prints them. */
import path from 'node:path';
import type { Suite } from 'mocha';
import { FILES, TESTS, UNDER_WINE } from './not-on-windows';

const TEST = path.resolve(__dirname, '..');
/** wine hands its own settings down. */
const ROWS = Object.entries({ ...TESTS, ...(process.env['WINEPREFIX'] === undefined ? {} : UNDER_WINE) });

/** Why a test does not run there. Undefined if it does. */
function reasonFor(file: string, title: string): string | undefined {
  const name = path
    .relative(TEST, file)
    .replaceAll(path.sep, '/')
    .replace(/\.test\.ts$/, '');
  return FILES[name] ?? ROWS.find(([beginning]) => title.startsWith(beginning))?.[1];
}

function leaveOut(suite: Suite): void {
  for (const test of suite.tests) {
    const reason = reasonFor(test.file ?? '', test.fullTitle());
    if (reason === undefined) continue;
    test.pending = true;
    console.log(`LEFT OUT  ${test.fullTitle()}: ${reason}`);
  }
  for (const inner of suite.suites) leaveOut(inner);
}

export const mochaHooks = {
  beforeAll(this: { test: { parent: Suite } }) {
    leaveOut(this.test.parent);
  },
};
