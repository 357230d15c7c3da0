/**
 * Runs tests by other versions of Node, each installed from the registry into `.nodes/`, after a build.
 *
 *   npm run test:node -- 22 24             every test
 *   npm run test:node -- --core 22 24      the tests of CORE; `npm run test:core` has them by Node 24
 *   npm run test:node -- 24 test/unit      the tests of a file or folder
 */
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { installNode } from './install-node.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** What depends most on Node: how programs start, load modules and classes, talk, and end. */
const CORE = [
  'test/faults/class-location.test.ts',
  'test/faults/flags.test.ts',
  'test/faults/loop.test.ts',
  'test/faults/messages.test.ts',
  'test/faults/run.test.ts',
  'test/faults/signals.test.ts',
  'test/faults/start.test.ts',
  'test/compile-cache.test.ts',
  'test/loaders.test.ts',
  'test/pool/run.test.ts',
  'test/typescript.test.ts',
];

const { values, positionals } = parseArgs({ options: { core: { type: 'boolean' } }, allowPositionals: true });
const versions = positionals.filter(each => /^\d/.test(each));
const files = positionals.filter(each => !/^\d/.test(each));
if (versions.length === 0) {
  console.error('npm run test:node -- [--core] <version of Node>... [<file or folder of tests>...]');
  process.exit(2);
}

let failed = false;
for (const version of versions) {
  const program = installNode(version);
  if (!program) {
    console.error(`NOT TESTED by Node ${version}, which could not be installed`);
    // Where there is no network, the rest of `.ci/run` still counts.
    if (!values.core) failed = true;
    continue;
  }
  const { stdout } = spawnSync(program, ['--version'], { encoding: 'utf8' });
  console.log(`\n  by Node ${stdout.trim()}`);
  const mocha = path.join(ROOT, 'node_modules', 'mocha', 'bin', 'mocha.js');
  const { status } = spawnSync(program, [mocha, ...(values.core ? CORE : []), ...files], {
    cwd: ROOT,
    stdio: 'inherit',
  });
  if (status !== 0) failed = true;
}
process.exit(failed ? 1 : 0);
