/** FAULTS 35: signals as terminals, npm and containers send them. */
import { writeFileSync } from 'node:fs';
import { expect } from 'chai';
import { fixturePath } from '../support/fixture';
import { poll } from '../support/poll';
import { commandOf, groupOf, isAlive, runningWith } from '../support/processes';
import { runNode, type Script } from '../support/script';
import { temporaryFolder } from '../support/temporary';

const SCRIPT = fixturePath('scripts/signals').replace(/js$/, 'cjs');

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
  it('twice within 20 ms counts as one', async () => {
    const script = await start();
    toGroup(script, 'SIGINT');
    toGroup(script, 'SIGINT');
    expect(await script.ended).to.include({ signal: 'SIGINT', stderr: '' });
    expect(noted()).to.deep.equal(DONE);
  });
  it('a closed terminal: SIGHUP twice', async () => {
    const script = await start();
    toGroup(script, 'SIGHUP');
    toGroup(script, 'SIGHUP');
    expect(await script.ended).to.include({ signal: 'SIGHUP' });
    expect(noted()).to.deep.equal(DONE);
  });
  for (const version of ['3', '4']) {
    it(`signal-exit ${version} is loaded: end() runs, signal-exit is told, death by the signal`, async () => {
      const script = await start(version);
      toGroup(script, 'SIGINT');
      const { signal, stdout } = await script.ended;
      expect(signal).to.equal('SIGINT');
      expect(stdout).to.match(/signal-exit was told/);
      expect(noted()).to.deep.equal(DONE);
    });
  }
  it('through npm run in a terminal, with bash', async () => {
    writeFileSync(
      folder.file('package.json'),
      JSON.stringify({ scripts: { start: `node ${SCRIPT} ${folder.file('log')}` } }),
    );
    // `script` makes a terminal; its Ctrl-C goes to the foreground group, and npm sends it on.
    const command = `cd ${folder.path} && npm run start --script-shell=bash`;
    const terminal = runNode(
      [
        '-e',
        `require('child_process').spawn('script', ['-qfec', ${JSON.stringify(command)}, '/dev/null'], { stdio: ['pipe', 'inherit', 'inherit'] }).stdin.on('error', () => {});
       process.stdin.resume(); process.on('SIGUSR2', () => {});`,
      ],
      {},
    );
    await terminal.says('at work');
    const isNode = (pid: number) => /^\S*node \S*signals\.cjs/.test(commandOf(pid));
    const foreground = await poll('the script', () => runningWith(folder.file('log')).find(isNode));
    process.kill(-groupOf(foreground), 'SIGINT');
    await poll('the script is gone', () => !isAlive(foreground));
    expect(noted()).to.deep.equal(DONE);
    terminal.process.kill('SIGKILL');
    await terminal.ended;
  });
  it('as process 1 of a container', async () => {
    const script = runNode([
      '-e',
      `const { spawn } = require('child_process');
        const c = spawn('unshare', ['-fp', '--mount-proc', process.execPath, ${JSON.stringify(SCRIPT)}, ${JSON.stringify(folder.file('log'))}], { stdio: 'inherit' });
        c.on('exit', (code, signal) => console.log('ended', code, signal));`,
    ]);
    await script.says('at work');
    const isNode = (pid: number) => /^\S*node \S*signals\.cjs/.test(commandOf(pid));
    const first = await poll('process 1', () => runningWith(folder.file('log')).find(isNode));
    process.kill(first, 'SIGTERM');
    // The default action spares process 1, so it exits as a shell would say it.
    await script.says('ended 143 null');
    expect(noted()).to.deep.equal(DONE);
    await script.ended;
  });
});
