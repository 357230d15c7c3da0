/** FAULTS 35: the blocking join where the system has no /proc, as macOS. */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { expect } from 'chai';
import { ROOT } from '../support/fixture';
import { isAlive } from '../support/processes';
import { runNode } from '../support/script';
import { temporaryFolder } from '../support/temporary';

/** A child whose grandchild holds the channel, so that it does not close with the child. */
const CODE = `const { spawn } = require('node:child_process');
  const { Subprocess, isChild } = require(${JSON.stringify(`${ROOT}/dist/index.js`)});
  class Holder extends Subprocess {
    static SHUTDOWN_GRACE = 500;
    async run() {
      const { pid } = spawn('sleep', ['600'], { stdio: ['ignore', 'ignore', 'ignore', 3] });
      if (this.isStubborn) process.on('SIGTERM', () => {});
      await this.emit(pid);
      await new Promise(resolve => setTimeout(resolve, 1e6));
    }
  }
  class Stubborn extends Holder { isStubborn = true; }
  Object.assign(exports, { Holder, Stubborn });
  if (!isChild) {
    const task = new exports[process.argv[2]]();
    task.message$.subscribe(pid => {
      console.log(JSON.stringify({ child: task.process.pid, heir: pid }));
      process.exit(7);
    });
  }`;

describe('35 the blocking join without /proc', () => {
  const folder = temporaryFolder();
  const flags = ['-rm', 'bash', '-c', 'mount --bind /dev/null "$(command -v ps)" && exec "$@"', 'bash'];
  const canHidePs = () => spawnSync('unshare', [...flags, 'true']).status === 0;

  for (const [what, kind, hidesPs] of [
    ['ends', 'Holder', false],
    ['is killed', 'Stubborn', false],
    ['is killed, and there is no ps', 'Stubborn', true],
  ] as const) {
    it(`a child that ${what} has ended, even if a grandchild holds its channel`, async () => {
      writeFileSync(folder.file('holder.cjs'), CODE);
      if (hidesPs) expect(canHidePs(), 'unshare, of util-linux, is needed').to.equal(true);
      const script = runNode([folder.file('holder.cjs'), kind], {
        env: { OFFSPRING_TEST_POSIX: '1' },
        ...(hidesPs && { node: 'unshare', flags: [...flags, process.execPath] }),
      });
      await script.says('heir');
      const start = performance.now();
      const { child, heir } = JSON.parse(script.stdout) as { child: number; heir: number };
      try {
        expect(await script.ended).to.include({ code: 7 });
        // The grandchild would hold it for ten minutes.
        expect(performance.now() - start).to.be.below(30_000);
        expect(isAlive(child)).to.equal(false);
        expect(isAlive(heir)).to.equal(true);
      } finally {
        process.kill(heir, 'SIGKILL');
      }
    });
  }
});
