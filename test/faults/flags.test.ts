/** FAULTS 8: however the parent is run, the child starts. */
import { copyFileSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect } from 'chai';
import { fixturePath, ROOT } from '../support/fixture';
import { itInFull, LONG, rows } from '../support/long';
import { poll } from '../support/poll';
import { runNode, type ScriptOptions } from '../support/script';
import { temporaryFolder } from '../support/temporary';

const TASKS = fixturePath('tasks');
const CODE = `const { Echo } = require(${JSON.stringify(TASKS)}); new Echo('ran').result().then(console.log);`;

describe('8 however the parent is run', function () {
  this.timeout(30_000);
  const folder = temporaryFolder();
  async function run(args: string[], options: ScriptOptions = {}) {
    const { code, stdout, stderr } = await runNode(args, options).ended;
    expect(code, stderr).to.equal(0);
    return stdout;
  }
  const script = () => {
    writeFileSync(folder.file('script.cjs'), CODE);
    return folder.file('script.cjs');
  };

  it('--inspect, and --inspect by NODE_OPTIONS', async () => {
    expect(await run([script()], { flags: ['--inspect=0'] })).to.equal('ran\n');
    expect(await run([script()], { env: { NODE_OPTIONS: '--inspect=0' } })).to.equal('ran\n');
  });
  for (const by of rows(['a flag', 'NODE_OPTIONS'], () => false)) {
    it(`--inspect-brk by ${by}: the child does not wait for a debugger ${LONG}`, async () => {
      const [flag, env] = by === 'a flag' ? [['--inspect-brk=0'], {}] : [[], { NODE_OPTIONS: '--inspect-brk=0' }];
      const inspected = runNode([script()], { flags: flag, env });
      const [address] = await poll('an address', () => /127\.0\.0\.1:\d+/.exec(inspected.stderr));
      const inspector = runNode(['inspect', address], { input: null });
      await poll('it is attached', () => /Break on start[\s\S]*debug> $/.test(inspector.stdout));
      inspector.process.stdin?.write('cont\n');
      await inspected.says('ran\n');
      await poll('it waits at its end', () => inspected.stderr.includes('Waiting for the debugger to disconnect'));
      // Node 20 may crash, with any script, if a debugger disconnects from a process that is at its end.
      const mayCrash = process.versions.node.startsWith('20.');
      if (mayCrash) inspected.process.kill('SIGKILL');
      else inspector.process.stdin?.write('.exit\n');
      const end = mayCrash ? { signal: 'SIGKILL' } : { code: 0 };
      expect(await inspected.ended).to.include({ ...end, stdout: 'ran\n' });
      if (mayCrash) inspector.process.kill('SIGKILL');
      await inspector.ended;
    });
  }
  const ESM = `import tasks from ${JSON.stringify(pathToFileURL(TASKS))}; console.log(await new tasks.Echo('ran').result());`;
  it(`from stdin ${LONG}`, async () => {
    const ways = [
      [[], CODE],
      [['-'], CODE],
      [['--input-type=module', '-'], ESM],
    ] as const;
    for (const [args, input] of rows(ways, (_, at) => at === 0)) {
      expect(await run([...args], { input })).to.equal('ran\n');
    }
  });
  itInFull(`-p ${LONG}`, async () => {
    // Node 24 prints the value last.
    expect((await run(['-p', `${CODE} 'printed'`])).split('\n').sort()).to.deep.equal(['', 'printed', 'ran']);
  });
  it(`-e, --input-type=module ${LONG}`, async () => {
    const ways = [
      ['-e', CODE],
      ['--input-type=module', '-e', ESM],
      ['--input-type', 'module', '--eval', ESM],
    ];
    for (const args of rows(ways, (_, at) => at === 2)) expect(await run(args)).to.equal('ran\n');
  });
  it('a class in -e itself: a clear error', async () => {
    const code = `const { Subprocess } = require('offspring-rx');
      class Task extends Subprocess { run() {} }
      new Task().result().catch(error => console.log(error.message));`;
    expect(await run(['-e', code], { cwd: ROOT })).to.match(/Task: its module was not found: .*script without a file/);
  });
  itInFull(`--test ${LONG}`, async () => {
    writeFileSync(
      folder.file('x.test.cjs'),
      `require('node:test')('x', async () => {
        const { Echo } = require(${JSON.stringify(TASKS)});
        require('node:assert').strictEqual(await new Echo('ran').result(), 'ran');
      });`,
    );
    expect(await run([folder.file('x.test.cjs')], { flags: ['--test'] })).to.match(/pass 1/);
  });
  itInFull(`--watch ${LONG}`, async () => {
    const watched = runNode([script()], { flags: ['--watch'] });
    await watched.says('ran');
    watched.process.kill('SIGTERM');
    await watched.ended;
  });
  it(`from a path with spaces, #, %, unicode, and through a symlink ${LONG}`, async () => {
    const odd = folder.file('a b#c%20d é');
    mkdirSync(odd);
    symlinkSync(path.join(ROOT, 'node_modules'), path.join(odd, 'node_modules'));
    const source = (kind: string, load: string) =>
      `${load}\nclass Task extends Subprocess { run() { return '${kind} ran'; } }\nnew Task().result().then(console.log);`;
    writeFileSync(
      path.join(odd, 'task.cjs'),
      source('cjs', `const { Subprocess } = require(${JSON.stringify(ROOT)});`),
    );
    writeFileSync(
      path.join(odd, 'task.mjs'),
      source('esm', `import { Subprocess } from ${JSON.stringify(pathToFileURL(`${ROOT}/dist/index.js`))};`),
    );
    copyFileSync(path.join(odd, 'task.cjs'), path.join(odd, 'copy.cjs'));
    symlinkSync(odd, folder.file('link'));
    for (const place of rows([odd, folder.file('link')], each => each !== odd)) {
      expect(await run([path.join(place, 'task.cjs')])).to.equal('cjs ran\n');
      expect(await run([path.join(place, 'task.mjs')])).to.equal('esm ran\n');
    }
  });
  itInFull(`after process.chdir, with a relative -r ${LONG}`, async () => {
    writeFileSync(folder.file('preload.cjs'), 'globalThis.preloaded = true;');
    writeFileSync(folder.file('script.cjs'), `process.chdir('/'); ${CODE}`);
    expect(await run(['script.cjs'], { flags: ['-r', './preload.cjs'], cwd: folder.path })).to.equal('ran\n');
  });
  it('the arguments of the parent are the child’s', async () => {
    const args = `const { Subprocess, isChild } = require(${JSON.stringify(ROOT)});
      class Task extends Subprocess { run() { return [process.argv.slice(2), require.main === module, isChild]; } }
      new Task().result().then(result => console.log(JSON.stringify(result)));`;
    writeFileSync(folder.file('script.cjs'), args);
    expect(JSON.parse(await run([folder.file('script.cjs'), 'one', '--two']))).to.deep.equal([
      ['one', '--two'],
      false,
      true,
    ]);
  });
});
