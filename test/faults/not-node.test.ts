/** FAULTS 48: a program whose executable is not Node, but the program itself. */
import { writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { expect } from 'chai';
import { ROOT } from '../support/fixture';
import { itInFull, LONG, rows } from '../support/long';
import { runNode } from '../support/script';
import { temporaryFolder } from '../support/temporary';

const LIBRARY_URL = JSON.stringify(pathToFileURL(`${ROOT}/dist/index.js`).href);
const POOL = JSON.stringify(`${ROOT}/dist/pool/index.js`);
/** More starts than these would be without end. */
const ENOUGH = 30;

describe('48 a program that is its own executable', () => {
  const folder = temporaryFolder();
  /** Runs the program by a script that plays its executable. Gives what the first one wrote, and how many there were. */
  const run = async (wrapper: (start: string) => string, work: string, after = '') => {
    const start = `"${process.execPath}" "${folder.file('main.mjs')}"`;
    writeFileSync(folder.file('program'), `#!/bin/sh\n${wrapper(start)}\n`, { mode: 0o755 });
    const classes = `import { Subprocess, SubprocessLoop } from ${LIBRARY_URL};
      import { SubprocessWorker, WorkerPool } from ${POOL};
      export { WorkerPool };
      export class Task extends Subprocess { run() {} }
      export class Hasty extends Task { static READY_TIMEOUT = 1_500; }
      export class Loop extends SubprocessLoop { loop() {} }
      export class Worker extends SubprocessWorker { work() {} }`;
    writeFileSync(folder.file('classes.mjs'), classes);
    const main = `import { appendFileSync, readFileSync } from 'node:fs';
      import { Hasty, Loop, Task, Worker, WorkerPool } from './classes.mjs';
      appendFileSync('starts', process.pid + '\\n');
      if (readFileSync('starts', 'utf8').split('\\n').length > ${ENOUGH}) process.exit(99);
      process.execPath = ${JSON.stringify(folder.file('program'))};
      const error = await ${work}.catch(error => error);
      appendFileSync('told', JSON.stringify([process.pid, error?.name, error?.message]) + '\\n');
      ${after}`;
    writeFileSync(folder.file('main.mjs'), main);
    const program = runNode(['main.mjs'], { cwd: folder.path });
    await program.ended;
    const told = folder.lines('told').map(line => JSON.parse(line) as [number, string, string]);
    return {
      starts: folder.lines('starts').length,
      first: told.find(([pid]) => pid === program.pid),
      second: told.find(([pid]) => pid !== program.pid),
    };
  };
  const exec = (start: string) => `exec ${start}`;

  const works = Object.entries({
    'a task': 'new Task().result()',
    'a loop': 'new Loop().result()',
    'a pool': 'new WorkerPool(Worker, { workers: 1 }).run(1)',
  });
  for (const [name, work] of rows(works, (_, at) => at === 0)) {
    it(`${name}: it starts once more, and both say what to set ${LONG}`, async () => {
      const { starts, first, second } = await run(exec, work, 'process.exit(1)');
      expect(starts).to.equal(2);
      expect(first?.[1]).to.equal('StartError');
      expect(first?.[2]).to.match(/ended with code 1 before it was ready.*execPath.*this program again/);
      if (name === 'a pool') return;
      expect(second?.[1]).to.equal('StartError');
      expect(second?.[2]).to.match(/started in place of a child.*let forkOptions\(\) return \{ execPath/);
    });
  }
  itInFull(`a wrapper that drops the environment ${LONG}`, async () => {
    const drop = (start: string) => `exec env -i ${start} "$@"`;
    const { starts, second } = await run(drop, 'new Task().result()', 'process.exit(1)');
    expect(starts).to.equal(2);
    expect(second?.[2]).to.match(/started in place of a child.*let forkOptions\(\) return \{ execPath/);
  });
  itInFull(`a program that ends well ${LONG}`, async () => {
    const { starts, first } = await run(exec, 'new Task().result()', 'process.exit(0)');
    expect(starts).to.equal(2);
    expect(first?.[2]).to.match(/ended with code 0 before it was ready.*execPath/);
  });
  itInFull(`a program that does not end: the limit for becoming ready ends it ${LONG}`, async () => {
    const { starts, first } = await run(
      exec,
      'new Hasty().result()',
      "if (process.argv.length > 99 || error.phase !== 'ready') setInterval(() => {}, 1_000)",
    );
    expect(starts).to.equal(2);
    expect(first?.[2]).to.match(/had not reported at all after 1500 ms and was killed.*execPath/);
  });
  itInFull(`another program between, which does not know the library ${LONG}`, async () => {
    const { starts } = await run(start => `sh -c 'true; ${start}; exit $?'`, 'new Task().result()', 'process.exit(1)');
    expect(starts).to.equal(2);
  });
  itInFull(`another program between, which clears the environment ${LONG}`, async () => {
    const { starts } = await run(
      start => `exec env -i PATH="$PATH" ${start}`,
      'new Task().result()',
      'process.exit(1)',
    );
    expect(starts).to.be.below(ENOUGH / 2);
  });
  it('leaves no sign in the environment of a child, or of what it starts', async () => {
    const code = `import { Subprocess } from ${LIBRARY_URL}; import { execFileSync } from 'node:child_process';
      export class Task extends Subprocess {
        run() { return Object.keys(process.env).join() + execFileSync('env', { encoding: 'utf8' }); }
      }`;
    writeFileSync(folder.file('task.mjs'), code);
    writeFileSync(
      folder.file('main.mjs'),
      `import { Task } from './task.mjs'; console.log(await new Task().result());`,
    );
    const { stdout } = await runNode(['main.mjs'], { cwd: folder.path }).ended;
    expect(stdout).to.include('PATH').and.not.include('OFFSPRING_RX');
  });
});
