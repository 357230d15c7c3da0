/** FAULTS 34 and 35 on a platform where nothing can handle SIGTERM, as on Windows: Linux does without it here. */
import { writeFileSync } from 'node:fs';
import { expect } from 'chai';
import { fixturePath, ROOT } from '../support/fixture';
import { itInFull, LONG } from '../support/long';
import { runNode } from '../support/script';
import { temporaryFolder } from '../support/temporary';

const REQUIRED = fixturePath('without-sigterm').replace(/js$/, 'cjs');

describe('34 a platform without SIGTERM', () => {
  const folder = temporaryFolder();
  const noted = () => folder.lines('log');

  /** Runs a parent with a task of each of these classes. `work` ends it once all are at work. */
  async function run(names: string[], work: string) {
    const code = `const { setTimeout: sleep } = require('node:timers/promises');
      const { Subprocess, SubprocessLoop, isChild } = require(${JSON.stringify(`${ROOT}/dist/index.js`)});
      const { firstValueFrom } = require(${JSON.stringify(`${ROOT}/node_modules/rxjs`)});
      const { appendFileSync, existsSync, writeFileSync } = require('node:fs');
      const note = text => appendFileSync(${JSON.stringify(folder.file('log'))}, text + '\\n');
      class Plain extends Subprocess { async run() { this.emit(1); await sleep(1e6); } }
      class Busy extends Subprocess { run() { this.emit(1); for (;;); } }
      class Waited extends Subprocess { async run() { note('entered'); this.emit(1); await sleep(1e6); note('not ended'); } }
      Waited.WAIT_FOR_CHILD = true;
      class Aborts extends Subprocess {
        async run() {
          const { signal } = this;
          this.emit(1);
          writeFileSync(${JSON.stringify(folder.file('at-work'))}, '');
          await sleep(1e6, undefined, { signal }).catch(() => note('aborted'));
        }
      }
      class BusyWithSignal extends Subprocess { run() { this.emit(this.signal.aborted); for (;;); } }
      BusyWithSignal.SHUTDOWN_GRACE = 300;
      class Loop extends SubprocessLoop { loop() { this.emit(1); return 1e6; } end() { note('end') } }
      Object.assign(exports, { Plain, Busy, Waited, Aborts, BusyWithSignal, Loop });
      if (!isChild) (async () => {
        const tasks = ${JSON.stringify(names)}.map(name => new exports[name]());
        const atWork = () => Promise.all(tasks.map(task => firstValueFrom(task.message$)));
        ${work}
      })();`;
    writeFileSync(folder.file('parent.cjs'), code);
    return runNode(['-r', REQUIRED, folder.file('parent.cjs')]).ended;
  }
  const SHUTDOWN = `await atWork();
    for (const { reason, code, signal, forced } of await Subprocess.shutdownAll()) console.log(reason, code, signal, forced);`;

  it('shutdown: SIGTERM for work that does not use signal, busy or not; an order for other work', async () => {
    const { stdout } = await run(['Plain', 'Busy', 'Aborts', 'Loop', 'BusyWithSignal'], SHUTDOWN);
    expect(stdout.split('\n').slice(0, -1)).to.deep.equal([
      'stopped null SIGTERM false',
      'stopped null SIGTERM false',
      'stopped 0 null false',
      'stopped 0 null false',
      'stopped null SIGKILL true',
    ]);
    expect(noted()).to.have.members(['aborted', 'end']);
  });
  it('shutdown of work that has used signal while the parent was busy: it is aborted', async () => {
    const busy = `while (!existsSync(${JSON.stringify(folder.file('at-work'))})) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);`;
    const code = `const [task] = tasks; await new Promise(resolve => task.event$.subscribe(({ type }) => type === 'spawned' && resolve()));
      ${busy} const { reason, code } = await task.shutdown(); console.log(reason, code);`;
    expect((await run(['Aborts'], code)).stdout).to.equal('stopped 0\n');
    expect(noted()).to.deep.equal(['aborted']);
  });
  itInFull(`the parent exits: each ends as by SIGTERM, and the code is kept ${LONG}`, async () => {
    const { code, stderr } = await run(['Plain', 'Busy', 'Aborts', 'Loop'], 'await atWork(); process.exit(7);');
    expect({ code, stderr }).to.deep.equal({ code: 7, stderr: '' });
    expect(noted()).to.have.members(['aborted', 'end']);
  });
  itInFull(`the parent exits at once, with WAIT_FOR_CHILD: run is entered ${LONG}`, async () => {
    const { code } = await run(['Waited', 'Loop'], 'process.exit(7);');
    expect(code).to.equal(7);
    expect(noted()).to.have.members(['entered', 'end']);
  });
});
