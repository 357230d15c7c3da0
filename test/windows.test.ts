/** What differs on Windows. Elsewhere there is nothing to test. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect } from 'chai';
import { firstValueFrom } from 'rxjs';
import { fixture, fixturePath, ROOT } from './support/fixture';
import { outcomeOf } from './support/outcome';
import { poll } from './support/poll';
import { isAlive } from './support/processes';
import { runNode } from './support/script';
import { temporaryFolder } from './support/temporary';

const { AbortsLate, BusyWithSignal, Ends, Forked, Grouped } = fixture<typeof import('./fixtures/windows')>('windows');

/** The path with the letter of its drive in the other case. */
const otherCase = (file: string) =>
  file.replace(/^[A-Za-z]/, letter => (letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase()));

if (process.platform === 'win32') {
  describe('Windows: exit statuses', () => {
    it('process.abort() is code 134, and a crash', async () => {
      const { exit } = await outcomeOf(new Ends('abort'));
      expect(exit).to.include({ reason: 'failed', code: 134, signal: null, cause: 'crash' });
    });
    it('a Ctrl-C that came before the child handled it is a SIGINT', async () => {
      const { exit } = await outcomeOf(new Ends('ctrl-c'));
      expect(exit).to.include({ reason: 'killed', code: null, signal: 'SIGINT', cause: 'signal' });
    });
    it('an end from outside is code 1, and the error names it', async () => {
      const task = new Ends('never');
      const settled = outcomeOf(task);
      await firstValueFrom(task.message$);
      process.kill(task.process?.pid as number, 'SIGKILL');
      const { exit, error } = await settled;
      expect(exit).to.include({ reason: 'failed', code: 1, signal: null });
      expect(error?.message).to.match(/taskkill/);
    });
  });

  describe('Windows: a stop', () => {
    it('ends work that does not use signal: by SIGTERM', async () => {
      const task = new Ends('never');
      await firstValueFrom(task.message$);
      expect(await task.shutdown()).to.include({ reason: 'stopped', code: null, signal: 'SIGTERM', forced: false });
    });
    it('aborts a signal that was first used while this process was busy', async () => {
      const task = new AbortsLate();
      await firstValueFrom(task.message$);
      // It has long used its signal, and this process has not read that yet.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5_000);
      expect(await task.shutdown()).to.include({ reason: 'stopped', code: 0, signal: null });
      expect(await task.result()).to.equal('aborted');
    });
    it('work that has used signal and is too busy to notice gets SIGKILL after its grace', async () => {
      const task = new BusyWithSignal();
      await firstValueFrom(task.message$);
      expect(await task.shutdown()).to.include({ reason: 'stopped', signal: 'SIGKILL', forced: true });
    });
    it('a shorter grace in a later call is used', async () => {
      const task = new BusyWithSignal();
      await firstValueFrom(task.message$);
      const first = task.shutdown({ grace: Number.POSITIVE_INFINITY });
      const second = await task.shutdown({ grace: 50 });
      expect(second).to.include({ reason: 'stopped', signal: 'SIGKILL', forced: true });
      expect(await first).to.equal(second);
    });
    it('with OWN_GROUP, ends what the child has started', async () => {
      const task = new Grouped();
      const started = await firstValueFrom(task.message$);
      expect(isAlive(started)).to.equal(true);
      await task.shutdown();
      await poll('the other process has ended', () => !isAlive(started));
    });
  });

  describe('Windows: the module of a class', () => {
    const folder = temporaryFolder();
    const library = JSON.stringify(path.join(ROOT, 'dist', 'index.js'));
    const write = (name: string, rest: string) => {
      const head = name.endsWith('.mjs')
        ? `import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);`
        : '';
      writeFileSync(
        folder.file(name),
        `${head} const { isChild, Subprocess } = require(${library});
        class Task extends Subprocess { run() { return 'ran'; } }
        ${rest}
        if (!isChild) new Task().result().then(console.log);`,
      );
      return folder.file(name);
    };
    const run = async (file: string) => {
      const { stdout, stderr } = await runNode([file]).ended;
      return stdout + stderr;
    };

    for (const name of ['main.cjs', 'main.mjs']) {
      it(`${name}, with the letter of its drive in either case`, async () => {
        const file = write(name, '');
        expect(await run(file)).to.equal('ran\n');
        expect(await run(otherCase(file))).to.equal('ran\n');
      });
    }
    for (const [form, spell] of [
      ['a path', (file: string) => file],
      ['a path with slashes', (file: string) => file.replaceAll('\\', '/')],
      ['a path with the letter of its drive in the other case', otherCase],
      ['a file: URL', (file: string) => pathToFileURL(file).href],
      ['a file: URL with the letter in the other case', (file: string) => pathToFileURL(otherCase(file)).href],
    ] as const) {
      it(`MODULE is ${form}`, async () => {
        const module = JSON.stringify(spell(folder.file('main.cjs')));
        expect(await run(write('main.cjs', `Task.MODULE = ${module}; exports.Task = Task;`))).to.equal('ran\n');
      });
    }
  });

  describe('Windows: forkOptions()', () => {
    it('env: PATH and Path are one variable', async () => {
      expect(await new Forked({ env: { pAtH: 'C:\\mine' } }).result()).to.deep.equal(['C:\\mine']);
    });
    it('uid and gid: the error says that there are none', async () => {
      const { error } = await outcomeOf(new Forked({ uid: 1 }));
      expect(error?.message).to.match(/no uid and gid/);
    });
    it('execPath: the error of a .cmd file says what to name', async () => {
      const file = path.join(path.dirname(fixturePath('windows')), 'node.cmd');
      writeFileSync(file, 'node %*');
      const { error } = await outcomeOf(new Forked({ execPath: file }));
      expect(error?.message).to.match(/node\.exe/);
    });
  });
}
