/** The first process of a program, which is spawned before the parent half of the library is loaded. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { ROOT } from './support/fixture';
import { LONG, rows } from './support/long';
import { poll } from './support/poll';
import { isAlive } from './support/processes';
import { runNode } from './support/script';
import { temporaryFolder } from './support/temporary';

/** Counts the children that the program spawns, and prints their pids. Its class is `Task`, with the given members. */
const script = (members: string, rest: string) => `
  const childProcess = require('node:child_process');
  const { spawn } = childProcess;
  const pids = [];
  childProcess.spawn = (...args) => {
    const child = spawn(...args);
    if (args[1].some(arg => /boot\\.js$/.test(arg))) pids.push(child.pid);
    return child;
  };
  const { isChild, Subprocess } = require(${JSON.stringify(ROOT)});
  exports.Task = class Task extends Subprocess { ${members} run() { return [process.pid, process.env.ADDED, process.cwd()]; } };
  const { Task } = exports;
  if (!isChild) {
    process.on('exit', () => console.log(JSON.stringify(pids)));
    ${rest}
  }`;

const PRINT_RESULT = 'task.result().then(result => console.log(JSON.stringify(result)));';

describe('the first process of a program', function () {
  this.timeout(20_000);
  const folder = temporaryFolder();

  async function run(members: string, rest: string) {
    const file = folder.file('script.cjs');
    writeFileSync(file, script(members, rest));
    const { code, stdout, stderr } = await runNode([file]).ended;
    expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' });
    const [pids, ...printed] = stdout
      .trim()
      .split('\n')
      .reverse()
      .map(line => JSON.parse(line));
    await poll('no child is left', () => !pids.some(isAlive));
    return { pids: pids as number[], printed: printed.reverse() };
  }

  it('is spawned at once, and is the one that the task runs in', async () => {
    const start = 'const task = new Task(); console.log(JSON.stringify([pids.length, task.process]));';
    const { pids, printed } = await run('', `${start} ${PRINT_RESULT}`);
    expect(pids).to.have.lengthOf(1);
    expect(printed[0]).to.deep.equal([1, null]);
    expect(printed[1][0]).to.equal(pids[0]);
  });

  it('is taken before a spare for any class', async () => {
    const spares = `const { keepSpares } = require(${JSON.stringify(ROOT)});`;
    const { pids, printed } = await run('', `${spares} const task = new Task(); keepSpares(1); ${PRINT_RESULT}`);
    expect(printed[0][0]).to.equal(pids[0]);
    expect(pids).to.have.lengthOf(2);
  });

  it('is for one task: each of several has a process of its own', async () => {
    const { pids, printed } = await run(
      '',
      'Promise.all([new Task(), new Task()].map(task => task.result())).then(all => console.log(JSON.stringify(all)));',
    );
    expect(printed[0].map(([pid]: number[]) => pid)).to.have.members(pids);
    expect(pids).to.have.lengthOf(2);
  });

  const CHANGES: [what: string, change: string, seen: (result: unknown[]) => unknown, expected: unknown][] = [
    ['the environment', "process.env.ADDED = 'later'", ([, added]) => added, 'later'],
    ['the working directory', "process.chdir('/')", ([, , cwd]) => cwd, path.parse(process.cwd()).root],
  ];
  for (const [what, change, seen, expected] of rows(CHANGES, (_, at) => at === 0)) {
    it(`is replaced if ${what} changes before the start, in init() too ${LONG}`, async () => {
      for (const [members, rest] of [
        ['', `const task = new Task(); ${change}; ${PRINT_RESULT}`],
        [`init() { ${change}; }`, `const task = new Task(); ${PRINT_RESULT}`],
      ] as const) {
        const { pids, printed } = await run(members, rest);
        expect(seen(printed[0])).to.equal(expected);
        expect(pids).to.have.lengthOf(2);
        expect(printed[0][0]).to.equal(pids[1]);
      }
    });
  }

  const LATER = [
    ['EXPLICIT_START', 'static EXPLICIT_START = true;'],
    ['forkOptions()', 'forkOptions() { return {}; }'],
    ['an async init()', 'async init() {}'],
  ] as const;
  for (const [what, members] of rows(LATER, (_, at) => at === 1)) {
    it(`is spawned at the start, as any other one, with ${what} ${LONG}`, async () => {
      const { printed } = await run(members, 'new Task(); console.log(JSON.stringify(pids)); process.exit();');
      expect(printed[0]).to.deep.equal([]);
    });
  }

  it('is not left behind, without a word, if the program exits at once or init() throws', async () => {
    expect((await run('', 'new Task(); process.exit();')).pids).to.have.lengthOf(1);
    const failing = 'new Task().result().catch(error => console.log(JSON.stringify(error.message)));';
    const { pids, printed } = await run("init() { throw new Error('no'); }", failing);
    expect(pids).to.have.lengthOf(1);
    expect(printed[0]).to.include('init() threw');
  });
});
