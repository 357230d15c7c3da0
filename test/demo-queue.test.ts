/** The demo of the queue, as a process of its own. */
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { ROOT } from './support/fixture';
import { itInFull, LONG } from './support/long';
import { whyNoRedis } from './support/redis';
import { runNode } from './support/script';
import { temporaryFolder } from './support/temporary';

const demo = (...args: string[]) => runNode([path.join(ROOT, 'build', 'demo', '07-queue.js'), ...args]).ended;
const sha256 = (data: string) => createHash('sha256').update(data).digest('hex');

describe('07-queue', () => {
  const folder = temporaryFolder();

  itInFull(`hashes every file, although a host is killed in the middle ${LONG}`, async function () {
    const why = whyNoRedis();
    if (why !== undefined) {
      console.log(`NOT TESTED: the demo of the queue: there is no Redis here: ${why}`);
      return this.skip();
    }
    mkdirSync(folder.file('sub'));
    const contents = Array.from({ length: 60 }, (_, at) => [`sub/${at}.txt`, `${at}`.repeat(50_000)] as const);
    for (const [name, text] of contents) writeFileSync(folder.file(name), text);
    const { code, stdout, stderr } = await demo(folder.path);
    expect(stderr).to.equal('');
    const lines = contents.map(([name, text]) => `${sha256(text)}  ${name}\n`);
    const sorted = lines.toSorted((a, b) => Buffer.compare(Buffer.from(a.slice(66)), Buffer.from(b.slice(66))));
    expect(stdout).to.contain(`  hashing 60 files of ${folder.path} by host 1 and host 2\n`);
    expect(stdout).to.match(/^ {2}host 1 {2}[█·]{30} {2}\d+ files, .* {2}killed$/m);
    expect(stdout).to.contain('  100%: 60 of 60 files\n');
    expect(stdout).to.contain(`  sha256  ${sha256(sorted.join(''))}\n`);
    expect(stdout).to.contain('  nothing was lost, and nothing came twice\n');
    expect(code).to.equal(0);
    return undefined;
  });

  it('has a --help, and refuses what is no folder', async () => {
    const help = await demo('--help');
    expect(help.stdout).to.match(/^Usage: npm run demo:queue/);
    expect(help.code).to.equal(0);
    const missing = await demo(folder.file('missing'));
    expect(missing).to.deep.include({ code: 2, stdout: '' });
    expect(missing.stderr).to.contain('there is no folder');
  });
});
