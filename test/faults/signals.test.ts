/** FAULTS 35: signals as terminals, npm and containers send them. */
import { cpSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { fixturePath, ROOT } from '../support/fixture';
import { itInFull, LONG, rows } from '../support/long';
import { poll } from '../support/poll';
import { commandOf, isAlive, runningWith } from '../support/processes';
import { runNode, type Script } from '../support/script';
import { temporaryFolder } from '../support/temporary';
import { openTerminal } from '../support/terminal';

const SCRIPT = fixturePath('scripts/signals').replace(/js$/, 'cjs');

const PARENT = fixturePath('scripts/parent').replace(/js$/, 'cjs');
/** Node with the script, and not another program that has its path as an argument. */
const isNode = (pid: number) => /^\S*node \S*signals\.cjs/.test(commandOf(pid));

describe('35 signals', () => {
  const folder = temporaryFolder();
  const noted = () => folder.lines('log');
  const DONE = ['begin', 'loop', 'end'];
  const start = async (version = '') => {
    const script = runNode([SCRIPT, folder.file('log'), version], { detached: true });
    await script.says('at work');
    return script;
  };
  const toGroup = (script: Script, signal: NodeJS.Signals) => process.kill(-script.pid, signal);

  it('Ctrl-C to the whole group: the parent decides, end() runs, death by the signal', async () => {
    const script = await start();
    toGroup(script, 'SIGINT');
    expect(await script.ended).to.include({ signal: 'SIGINT', stderr: '' });
    expect(noted()).to.deep.equal(DONE);
  });
  itInFull(`twice within 20 ms counts as one ${LONG}`, async () => {
    const script = await start();
    toGroup(script, 'SIGINT');
    toGroup(script, 'SIGINT');
    expect(await script.ended).to.include({ signal: 'SIGINT', stderr: '' });
    expect(noted()).to.deep.equal(DONE);
  });
  itInFull(`again after 1 s: SIGKILL to the children, and death ${LONG}`, async () => {
    const script = runNode([PARENT, 'deaf', 'waits', folder.file('log')], { detached: true });
    await script.says('child');
    toGroup(script, 'SIGINT');
    const first = performance.now();
    await poll('1 s is over', () => performance.now() - first > 1_000);
    expect(isAlive(script.pid)).to.equal(true);
    toGroup(script, 'SIGINT');
    expect(await script.ended).to.include({ signal: 'SIGINT', stderr: '' });
    expect(performance.now() - first).to.be.below(5_000);
  });
  for (const signal of ['SIGINT', 'SIGHUP'] as const) {
    itInFull(`${signal} to the whole group, with a listener of the user’s: the children live ${LONG}`, async () => {
      const script = runNode([PARENT, 'plain', 'listens', folder.file('log')], { detached: true });
      await script.says('child');
      const child = Number(/child (\d+)/.exec(script.stdout)?.[1]);
      toGroup(script, signal);
      await script.says(`heard ${signal}`);
      // A child that the signal ends would have ended by the time that the parent gets the next signal.
      process.kill(script.pid, 'SIGTERM');
      await script.says('heard SIGTERM');
      expect(isAlive(child)).to.equal(true);
      process.kill(script.pid, 'SIGUSR2');
      expect(await script.ended).to.include({ code: 9 });
    });
  }
  itInFull(`SIGHUP twice, as of a closed terminal ${LONG}`, async () => {
    const script = await start();
    toGroup(script, 'SIGHUP');
    toGroup(script, 'SIGHUP');
    expect(await script.ended).to.include({ signal: 'SIGHUP' });
    expect(noted()).to.deep.equal(DONE);
  });
  for (const version of rows(['3', '4', '3 and 4'], each => each === '3 and 4')) {
    it(`signal-exit ${version} is loaded: end() runs, signal-exit runs its handlers, death by the signal ${LONG}`, async () => {
      const script = await start(version);
      toGroup(script, 'SIGINT');
      const { signal, stdout } = await script.ended;
      expect(signal).to.equal('SIGINT');
      expect(stdout).to.match(/signal-exit was told/);
      expect(noted()).to.deep.equal(DONE);
    });
  }
  itInFull(`two copies of the package: both shut their children down, then death by the signal ${LONG}`, async () => {
    cpSync(path.join(ROOT, 'dist'), folder.file('copy/dist'), { recursive: true });
    cpSync(path.join(ROOT, 'package.json'), folder.file('copy/package.json'));
    symlinkSync(path.join(ROOT, 'node_modules'), folder.file('node_modules'));
    const code = `const { appendFileSync } = require('node:fs');
      const { SubprocessLoop: One, isChild } = require(${JSON.stringify(ROOT)});
      const { SubprocessLoop: Two } = require('./copy');
      const work = (Loop, time) => class extends Loop {
        loop() { return 1e6; }
        async end() {
          await new Promise(resolve => setTimeout(resolve, time));
          appendFileSync(${JSON.stringify(folder.file('log'))}, this.constructor.name + '\\n');
        }
      };
      exports.Quick = class Quick extends work(One, 0) {};
      exports.Slow = class Slow extends work(Two, 600) {};
      if (!isChild) {
        let ready = 0;
        const tasks = [new exports.Quick(), new exports.Slow()];
        for (const task of tasks) task.ready$.subscribe(() => ++ready === 2 && console.log('at work'));
        for (const task of tasks) void task.wait();
      }`;
    writeFileSync(folder.file('two.cjs'), code);
    const script = runNode([folder.file('two.cjs')]);
    await script.says('at work');
    script.process.kill('SIGTERM');
    expect(await script.ended).to.include({ code: null, signal: 'SIGTERM', stderr: '' });
    expect(noted()).to.deep.equal(['Quick', 'Slow']);
  });
  it('through npm run in a terminal, with bash, by a Ctrl-C that is typed', async () => {
    const scripts = { start: `node ${SCRIPT} ${folder.file('log')}` };
    writeFileSync(folder.file('package.json'), JSON.stringify({ scripts }));
    const terminal = openTerminal('npm run start --script-shell=bash', folder.path);
    await terminal.says('at work');
    terminal.type('\x03');
    expect(await terminal.ended).to.equal(130);
    expect(noted()).to.deep.equal(DONE);
  });
  it('the terminal is closed', async () => {
    const terminal = openTerminal(`bash -c 'node ${SCRIPT} ${folder.file('log')}; true'`, folder.path);
    await terminal.says('at work');
    const parents = runningWith(folder.file('log')).filter(isNode);
    terminal.close();
    await terminal.ended;
    await poll('the parent is gone', () => !parents.some(isAlive));
    expect(parents).to.have.length(1);
    expect(noted()).to.deep.equal(DONE);
  });
  it('as process 1 of a container', async () => {
    const script = runNode([
      '-e',
      `const { spawn } = require('child_process');
        const c = spawn('unshare', ['-rfp', '--mount-proc', process.execPath, ${JSON.stringify(SCRIPT)}, ${JSON.stringify(folder.file('log'))}], { stdio: 'inherit' });
        c.on('exit', (code, signal) => console.log('ended', code, signal));`,
    ]);
    await script.says('at work');
    const first = await poll('process 1', () => runningWith(folder.file('log')).find(isNode));
    process.kill(first, 'SIGTERM');
    // The default action does not end process 1, so it exits with the code that a shell would use.
    await script.says('ended 143 null');
    expect(noted()).to.deep.equal(DONE);
    await script.ended;
  });
});
