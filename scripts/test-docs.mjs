/**
 * Tests the documentation, after a build: its spelling, that its pictures are as they would be drawn now, and that the
 * site can be built, for a path below that of its host, without a broken link, and is accessible in a browser. That its samples run and that its list of
 * errors is whole is tested by `test/readme.test.ts` and `test/troubleshooting.test.ts`.
 */
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** Any path but `/`: what works below it works at `/` too. */
const DOCS_BASE = '/below/some/path/';

const mocha = path.join(ROOT, 'node_modules/mocha/bin/mocha.js');
const cspell = path.join(ROOT, 'node_modules/cspell/bin.mjs');
const steps = [
  [cspell, '--no-progress'],
  ['scripts/pictures.mjs', '--check'],
  ['scripts/docs.mjs', 'build'],
  ['scripts/check-docs.mjs'],
  [mocha, '--config', '.mocharc.site.json'],
];
for (const step of steps) {
  const { status } = spawnSync(process.execPath, step, {
    cwd: ROOT,
    env: { ...process.env, DOCS_BASE },
    stdio: 'inherit',
  });
  if (status !== 0) process.exitCode = 1;
  // Without a site, there is nothing to check.
  if (status !== 0 && step[0] === 'scripts/docs.mjs') break;
}
