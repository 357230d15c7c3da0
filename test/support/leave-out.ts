/** Required for every run: leaves out the tests that cannot hold on this system, and prints which and why. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Suite } from 'mocha';
import { ROOT } from './fixture';
import { type LeftOut, leftOut, namesNoTest, systems, tell } from './left-out';

function testsOf(suite: Suite): Mocha.Test[] {
  return [...suite.tests, ...suite.suites.flatMap(testsOf)];
}

/** Whether the file has the name in its text: a form of the run may lack a test that the other one has; see ./long. */
const isInText = ({ file, test = '' }: LeftOut) => readFileSync(path.join(ROOT, file), 'utf8').includes(test);

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
    const named = tests.map(test => ({ file: test.file ?? '', title: test.fullTitle() }));
    const unknown = namesNoTest(named).filter(each => !isInText(each));
    if (unknown.length === 0) return;
    const names = unknown.map(({ file, test = 'every test' }) => `${file}: ${test}`);
    throw new Error(`left-out-list.ts names tests that are not there:\n${names.join('\n')}`);
  },
};
