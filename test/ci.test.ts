/** What `.ci/run` does with the time that it has. A script stands for npm. */
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { ROOT } from './support/fixture';
import { itInFull, LONG } from './support/long';
import { runNode } from './support/script';
import { temporaryFolder } from './support/temporary';

const CLOSES = 'echo "  3 passing (1s)"';

describe('.ci/run', () => {
  const folder = temporaryFolder();

  /** `does`: the shell code of an npm command. The others end at once, without a word. */
  async function run(minutes: number, does: Record<string, string>) {
    const cases = Object.entries(does).map(([command, code]) => `"${command}") ${code};;`);
    writeFileSync(folder.file('npm'), `#!/bin/sh\necho "$*" >>"$CALLS"\ncase "$*" in ${cases.join('\n')} esac\n`);
    chmodSync(folder.file('npm'), 0o755);
    const { code, stdout } = await runNode([path.join(ROOT, 'scripts/ci.mjs'), '--minutes', String(minutes)], {
      env: { PATH: `${folder.path}:${process.env['PATH']}`, CALLS: folder.file('calls') },
    }).ended;
    return { code, stdout, calls: folder.lines('calls') };
  }

  it('runs all that there is, the long tests at the end, and prints the sum', async () => {
    const { code, stdout, calls } = await run(5, { test: CLOSES, 'run test:long': 'echo "  4 passing (1s)"' });
    expect(stdout).to.match(/\n7 passed, 0 failed\n$/);
    expect(stdout).not.to.contain('NOT TESTED');
    expect(code).to.equal(0);
    expect(calls.slice(0, 2)).to.deep.equal(['ci', 'test']);
    expect(calls.at(-1)).to.equal('run test:long');
    const { scripts } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8'));
    // The same as `npm run test:all`.
    expect(calls.slice(2).map(each => `npm ${each}`)).to.deep.equal(scripts['test:all'].split(' && '));
    for (const call of calls.slice(2)) expect(scripts).to.have.property(call.split(' ')[1] as string);
  });

  it('leaves out what the time left does not suffice for, and says how to run it', async () => {
    const { code, stdout, calls } = await run(0.03, { test: `sleep 1; ${CLOSES}` });
    expect(stdout).to.match(/^NOT TESTED: npm run test:long, since npm test took [1-9]\d* s here/m);
    expect(calls).not.to.include('run test:long');
    expect(code).to.equal(0);
  });

  itInFull(`ends a step that takes longer than that ${LONG}`, async () => {
    const { code, stdout } = await run(0.03, { test: CLOSES, 'run test:consumers': 'sleep 60' });
    expect(stdout).to.match(/^NOT TESTED to its end: npm run test:consumers/m);
    expect(stdout).to.match(/^NOT TESTED: npm run test:long/m);
    expect(code).to.equal(0);
  });

  itInFull(`fails if a test of such a step has failed ${LONG}`, async () => {
    const { code, stdout } = await run(0.03, { test: CLOSES, 'run test:consumers': 'echo "    1) fails"; sleep 60' });
    expect(stdout).to.contain('    1) fails\n');
    expect(code).to.equal(1);
  });

  itInFull(`fails if npm test does not end in time ${LONG}`, async () => {
    const { code, calls } = await run(0.03, { test: 'sleep 60' });
    expect(calls).to.deep.equal(['ci', 'test']);
    expect(code).to.equal(1);
  });

  itInFull(`goes on after tests that fail, and prints their log ${LONG}`, async () => {
    const fails = 'echo "the reason"; echo "  1 failing"; exit 1';
    const { code, stdout, calls } = await run(5, { test: `${CLOSES}; ${fails}`, 'run test:posix': fails });
    expect(stdout).to.match(/\n3 passed, 2 failed\n$/);
    expect(stdout.match(/^the reason$/gm)).to.have.length(2);
    expect(calls.at(-1)).to.equal('run test:long');
    expect(code).to.equal(1);
  });

  for (const [command, calls] of [
    ['ci', ['ci']],
    ['test', ['ci', 'test']],
  ] as const) {
    itInFull(`stops at an npm ${command} that fails before there are tests ${LONG}`, async () => {
      const ended = await run(5, { [command]: 'echo "no network"; exit 3' });
      expect(ended.stdout).to.contain('no network');
      expect(ended.calls).to.deep.equal(calls);
      expect(ended.code).to.equal(1);
    });
  }
});
