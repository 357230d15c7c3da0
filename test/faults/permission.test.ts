/** FAULTS 50: the permission model of Node is on. https://nodejs.org/api/permissions.html */
import { writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { expect } from 'chai';
import { ROOT } from '../support/fixture';
import { itInFull, LONG } from '../support/long';
import { runNode } from '../support/script';
import { temporaryFolder } from '../support/temporary';

const LIBRARY = JSON.stringify(`${ROOT}/dist/index.js`);
const LIBRARY_URL = JSON.stringify(pathToFileURL(`${ROOT}/dist/index.js`).href);
const POOL = JSON.stringify(`${ROOT}/dist/pool/index.js`);
const has = (flag: string) => process.allowedNodeEnvironmentFlags.has(flag);
const ON = [has('--permission') ? '--permission' : '--experimental-permission', '--no-warnings'];
const USUAL = [...ON, '--allow-child-process', '--allow-fs-read=*'];

describe('50 the permission model', () => {
  const folder = temporaryFolder();
  const HEAD = `import { isChild, Subprocess, SubprocessLoop } from ${LIBRARY_URL};
    import { SubprocessWorker, WorkerPool } from ${POOL};
    const told = promise => promise.then(String, ({ name, message }) => name + ': ' + message);`;
  const CLASSES = (module: string) => `
    export class Task extends Subprocess {
      ${module}
      async run() {
        const { value } = await new Promise(resolve => this.command$.subscribe(resolve));
        let input = '';
        for await (const chunk of process.stdin) input += chunk;
        await this.emit('message');
        return value.repeat(2) + input;
      }
    }
    class Hidden extends Subprocess { ${module} run() { return 'hidden'; } }
    export class Loop extends SubprocessLoop { ${module} loop() { return 10; } end() { console.log('end'); } }
    export class Worker extends SubprocessWorker { ${module} work(bytes) { return bytes.length; } }`;
  const MAIN = `if (!isChild) {
      const task = new Task();
      const sent = task.send({ value: 'twice ' });
      console.log(await told(task.result()), await told(sent));
      console.log(await told(new Hidden().result()));
      const loop = new Loop();
      await told(new Promise(resolve => loop.iteration$.subscribe({ next: resolve, complete: resolve })));
      console.log((await loop.shutdown()).reason);
      const pool = new WorkerPool(Worker, { workers: 1 });
      const sizes = [3, 3_000_000].map(size => told(pool.run(new Uint8Array(size))));
      console.log(...(await Promise.all(sizes)));
      await pool.shutdown();
    }`;
  const WORKS = 'twice twice  undefined\nhidden\nend\nstopped\n3 3000000\n';
  const run = async (flags: string[], text: string, env: NodeJS.ProcessEnv = {}) => {
    writeFileSync(folder.file('app.mjs'), text);
    const { stdout, stderr } = await runNode(['app.mjs'], { cwd: folder.path, flags, env }).ended;
    return stdout + stderr;
  };

  it('tasks, loops and pools with MODULE work with the flags that any process needs', async () => {
    expect(await run(USUAL, HEAD + CLASSES('static MODULE = import.meta.url;') + MAIN)).to.equal(WORKS);
  });
  itInFull(`the same where the flags are in NODE_OPTIONS ${LONG}`, async () => {
    const text = HEAD + CLASSES('static MODULE = import.meta.url;') + MAIN;
    expect(await run([], text, { NODE_OPTIONS: USUAL.join(' ') })).to.equal(WORKS);
  });
  itInFull(`the same where only the child is under it ${LONG}`, async () => {
    const options = `forkOptions() { return { execArgv: ${JSON.stringify([...ON, '--allow-fs-read=*'])} }; }`;
    expect(await run([], HEAD + CLASSES(options) + MAIN)).to.equal(WORKS);
  });
  it('without MODULE: --allow-inspector is enough, where Node has it; else the error names what to set', async () => {
    const text = HEAD + CLASSES('') + MAIN;
    if (has('--allow-inspector')) expect(await run([...USUAL, '--allow-inspector'], text)).to.equal(WORKS);
    const said = has('--allow-inspector') ? /static MODULE = .*, or add --allow-inspector/ : /static MODULE = /;
    const error = `${HEAD}${CLASSES('')} if (!isChild) console.log(await told(new Task().result()));`;
    expect(await run(USUAL, error)).to.match(said);
  });
  it('an exported class of CommonJS needs neither', async () => {
    const code = `const { Subprocess } = require(${LIBRARY});
      exports.Task = class Task extends Subprocess { run() { return 'done'; } };`;
    writeFileSync(folder.file('task.cjs'), code);
    const text = `import { Task } from './task.cjs'; console.log(await new Task().result());`;
    expect(await run(USUAL, text)).to.equal('done\n');
  });
  it('a flag that lacks is named: --allow-child-process', async () => {
    const text = `${HEAD}${CLASSES('static MODULE = import.meta.url;')} console.log(await told(new Task().result()));`;
    expect(await run([...ON, '--allow-fs-read=*'], text)).to.match(/^StartError: .*--allow-child-process/);
  });
  it('a flag that lacks is named: --allow-fs-read', async () => {
    const flags = [...ON, `--allow-fs-read=${ROOT}`, `--allow-fs-read=${folder.file('app.mjs')}`];
    const text = `${HEAD} import { readFileSync } from 'node:fs';
      export class Task extends Subprocess { static MODULE = import.meta.url; run() {} }
      if (isChild) readFileSync('/etc/hostname');
      else console.log(await told(new Task().result()));`;
    expect(await run([...flags, '--allow-child-process'], text)).to.match(/^StartError: .*--allow-fs-read/);
  });
});
