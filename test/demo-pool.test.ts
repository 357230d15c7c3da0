/** The demo of the pool, as a process of its own. */
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { ROOT } from './support/fixture';
import { itInFull, LONG } from './support/long';
import { runNode } from './support/script';
import { temporaryFolder } from './support/temporary';

const demo = (...args: string[]) => runNode([path.join(ROOT, 'build', 'demo', '06-pool.js'), ...args]).ended;
const sha256 = (data: string) => createHash('sha256').update(data).digest('hex');

describe('06-pool', () => {
  const folder = temporaryFolder();

  it('hashes every file in both ways, and comes to the same', async () => {
    mkdirSync(folder.file('sub'));
    const contents: Record<string, string> = { 'a.txt': 'a'.repeat(2_000_000), empty: '', 'sub/b': 'b' };
    for (const [name, text] of Object.entries(contents)) writeFileSync(folder.file(name), text);
    const { code, stdout, stderr } = await demo(folder.path);
    const lines = Object.entries(contents).map(([name, text]) => `${sha256(text)}  ${name}\n`);
    expect(stderr).to.equal('');
    expect(stdout).to.contain(`  hashing 3 files of ${folder.path}\n`);
    expect(stdout).to.match(/^ {2}a pool of [234] workers {6}█{30} 100% {2}3 of 3 files, 2\.00 MB$/m);
    expect(stdout).to.match(/^ {2}one core {17}█{30} 100% {2}3 of 3 files, 2\.00 MB$/m);
    expect(stdout).to.match(/^ {2}pool {6}\d.* s, .* MB\/s$/m);
    expect(stdout).to.match(/^ {2}one core {2}\d.* s, .* MB\/s$/m);
    expect(stdout).to.contain(`  sha256    ${sha256(lines.join(''))}, both ways\n`);
    expect(stdout).to.match(
      /^ {2}canceled {2}an item of 60 s after 0\.1 s; its worker did the next one after 0\.\d+ s$/m,
    );
    expect(stdout).not.to.contain('\u001b');
    expect(code).to.equal(0);
  });

  itInFull(`says so where there is nothing to hash ${LONG}`, async () => {
    const { code, stdout, stderr } = await demo(folder.path);
    expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' });
    expect(stdout).to.contain('hashing 0 files');
  });

  itInFull(`has a --help, and refuses what is no folder ${LONG}`, async () => {
    const help = await demo('--help');
    expect(help.stdout).to.match(/^Usage: npm run demo:pool/);
    expect(help.code).to.equal(0);
    const missing = await demo(folder.file('missing'));
    expect(missing).to.deep.include({ code: 2, stdout: '' });
    expect(missing.stderr).to.contain('there is no folder');
  });
});
