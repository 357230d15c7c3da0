/** Required for every run: leaves out the tests that cannot hold on this system, and prints which and why. */
import type { Suite } from 'mocha';
import { type LeftOut, leftOut, namesNoTest, systems, tell } from './left-out';

function testsOf(suite: Suite): Mocha.Test[] {
  return [...suite.tests, ...suite.suites.flatMap(testsOf)];
}

export const mochaHooks = {
  beforeAll(this: { test: { parent: Suite } }) {
    const tests = testsOf(this.test.parent);
    const entries = new Set<LeftOut>();
    for (const test of tests) {
      const entry = leftOut(test.file ?? '', test.fullTitle());
      if (!entry) continue;
      test.pending = true;
      entries.add(entry);
    }
    for (const entry of entries) console.log(tell(entry));
    // Elsewhere, some tests have other names.
    if (!systems.includes('linux')) return;
    const unknown = namesNoTest(tests.map(test => ({ file: test.file ?? '', title: test.fullTitle() })));
    if (unknown.length === 0) return;
    const names = unknown.map(({ file, test = 'every test' }) => `${file}: ${test}`);
    throw new Error(`left-out-list.ts names tests that are not there:\n${names.join('\n')}`);
  },
};
