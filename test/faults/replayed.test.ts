/** FAULTS 45 and 49: what a module starts by itself, in its own process and in a child that loads it again. */
import { writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { expect } from 'chai';
import { ROOT } from '../support/fixture';
import { itInFull, LONG, rows } from '../support/long';
import { runNode, type ScriptOptions } from '../support/script';
import { temporaryFolder } from '../support/temporary';

const LIBRARY = JSON.stringify(`${ROOT}/dist/index.js`);
const LIBRARY_URL = JSON.stringify(pathToFileURL(`${ROOT}/dist/index.js`).href);

/** A class, and a function that starts a task of it. Each process that really starts one writes its pid into a file. */
const job = (run: string) => `
  class Job extends Subprocess {
    async run() { ${run} }
  }
  let calls = 0;
  /** Once by the program, and twice by the module itself. */
  function start() {
    if (calls++ > 2) return;
    const task = new Job();
    task.event$.subscribe(({ type }) => type === 'spawned' && appendFileSync('started-by', process.pid + '\\n'));
    return task;
  }`;
const HEAD = {
  cjs: `const { appendFileSync } = require('node:fs');
    const { Subprocess, isChild } = require(${LIBRARY});`,
  mjs: `import { appendFileSync } from 'node:fs';
    import { createRequire } from 'node:module';
    import { Subprocess, isChild } from ${LIBRARY_URL};
    const require = createRequire(import.meta.url);`,
};
const TYPES = ['cjs', 'mjs'] as const;
const WAIT = 'await new Promise(resolve => setTimeout(resolve, 250))';

/** What the module of a class does at its top level, and may do again later by itself. */
const BY_ITSELF: Record<string, string> = {
  'a timer': 'setInterval(start, 50)',
  'a timer that is unref’d': 'setInterval(start, 50).unref()',
  'five timers that are unref’d': 'for (let i = 0; i < 5; i++) setInterval(start, 50).unref()',
  'a main function that awaits only promises, then a timer':
    '(async () => { for (let i = 0; i < 50; i++) await null; start(); setInterval(start, 50).unref(); })()',
  'ticks and immediates': 'process.nextTick(() => setImmediate(() => setImmediate(start)))',
  'the promised timer, unref’d':
    "(async () => { for await (const _ of require('node:timers/promises').setInterval(50, 0, { ref: false })) start(); })()",
  'work in a thread of libuv': "require('node:crypto').scrypt('a', 'b', 32, () => setInterval(start, 50).unref())",
  'a compilation of WebAssembly':
    'WebAssembly.compile(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0)).then(() => setInterval(start, 50))',
  'a server that is unref’d': `const server = require('node:net').createServer(start).listen(0, () => {
      setInterval(() => require('node:net').connect(server.address().port).on('error', () => {}).unref(), 50).unref();
    }).unref()`,
  'a watcher that is unref’d': `require('node:fs').watch('.', start).unref();
    setInterval(() => appendFileSync('seen', '.'), 50).unref()`,
  'a listener of a signal': "process.on('SIGUSR2', start)",
  'a listener of exit': "Job.WAIT_FOR_CHILD = true; process.on('exit', start)",
  'a module that it loads': "require('./ticks.cjs').on('tick', start)",
};

async function startedBy(
  file: string,
  folder: { lines(name: string): string[]; path: string },
  options: ScriptOptions,
) {
  const program = runNode([file], { cwd: folder.path, ...options });
  const { code, stderr } = await program.ended;
  expect({ code, stderr }).to.deep.equal({ code: 0, stderr: stderr.replace(/^.*\bError\b.*$/m, '') });
  return { pid: String(program.pid), starters: folder.lines('started-by') };
}

describe('45 a module that starts tasks by itself, and is not the main script: a child that loads it starts none', () => {
  const folder = temporaryFolder();

  const all = Object.entries(BY_ITSELF).flatMap(each => TYPES.map(type => [...each, type] as const));
  for (const [name, code, type] of rows(all, (_, at) => at === 0)) {
    it(`${name} (${type}) ${LONG}`, async () => {
      const ticks = `const { EventEmitter } = require('node:events'); const ticks = (module.exports = new EventEmitter());
        setInterval(() => ticks.emit('tick'), 50).unref();`;
      writeFileSync(folder.file('ticks.cjs'), ticks);
      const exported = type === 'cjs' ? 'module.exports = { Job, start };' : 'export { Job, start };';
      const end = name.includes('exit') ? 'process.exit()' : name.includes('signal') ? signalled : WAIT;
      writeFileSync(folder.file(`jobs.${type}`), `${HEAD[type]} ${job(end)} ${exported} ${code}`);
      const main = `import * as jobs from './jobs.${type}';
        await (jobs.start ?? jobs.default.start)().wait();
        process.removeAllListeners('exit');
        process.exit();`;
      writeFileSync(folder.file('main.mjs'), main);
      const { pid, starters } = await startedBy('main.mjs', folder, {});
      expect(starters.length).to.be.at.least(1);
      expect([...new Set(starters)]).to.deep.equal([pid]);
    });
  }
  const signalled = `process.kill(process.pid, 'SIGUSR2'); ${WAIT}`;
});

describe('45 a program in one file: a child starts only what run() starts', () => {
  const folder = temporaryFolder();
  /** Its main function awaits something, then starts a task, whose run() starts another one. */
  const app = (type: 'cjs' | 'mjs') => `${HEAD[type]}
    class Nested extends Subprocess { run() { appendFileSync('ran', 'nested\\n'); } }
    ${job(`appendFileSync('ran', 'job\\n'); ${WAIT}; await new Nested().wait()`)}
    async function main() {
      await null;
      const interval = setInterval(start, 100).unref();
      await start().wait();
      clearInterval(interval);
    }
    main();
    ${type === 'cjs' ? 'module.exports = { Job, Nested }' : 'export { Job, Nested }'}`;
  /** The program ends with its first task, and the others with it. */
  const ranOnly = (expected: string[]) => expect([...new Set(folder.lines('ran'))]).to.deep.equal(expected);

  for (const type of TYPES) {
    itInFull(`under a launcher that loads it (${type}) ${LONG}`, async () => {
      writeFileSync(folder.file(`app.${type}`), app(type));
      writeFileSync(folder.file('launcher.cjs'), `import(require('node:url').pathToFileURL('app.${type}'))`);
      const { pid, starters } = await startedBy('launcher.cjs', folder, {});
      expect([...new Set(starters)]).to.deep.equal([pid]);
      ranOnly(['job', 'nested']);
    });
  }
  const flags = [
    ['--require', 'cjs'],
    ['--import', 'mjs'],
  ] as const;
  for (const [flag, type] of rows(flags, (_, at) => at === 0)) {
    it(`that is loaded before the main script, by ${flag} ${LONG}`, async () => {
      writeFileSync(folder.file(`app.${type}`), app(type));
      writeFileSync(folder.file('main.cjs'), '');
      const url = type === 'mjs' ? pathToFileURL(folder.file('app.mjs')).href : folder.file('app.cjs');
      const { pid, starters } = await startedBy('main.cjs', folder, { flags: [flag, url] });
      expect([...new Set(starters)]).to.deep.equal([pid]);
      ranOnly(['job', 'nested']);
    });
  }
  for (const [flag, type] of rows(flags, () => false)) {
    it(`that is loaded before the main script, by ${flag}, and exports nothing ${LONG}`, async () => {
      writeFileSync(
        folder.file(`app.${type}`),
        app(type).replace(/(module\.exports =|export) \{ Job, Nested \};?/, ''),
      );
      writeFileSync(folder.file('main.cjs'), '');
      const url = type === 'mjs' ? pathToFileURL(folder.file('app.mjs')).href : folder.file('app.cjs');
      const { pid, starters } = await startedBy('main.cjs', folder, { flags: [flag, url] });
      expect([...new Set(starters)]).to.deep.equal([pid]);
      ranOnly(['job', 'nested']);
    });
  }
  itInFull(`that run() requires ${LONG}`, async () => {
    writeFileSync(folder.file('job.cjs'), `${HEAD.cjs} ${job("require('./app.cjs')")} module.exports = { start };`);
    writeFileSync(folder.file('app.cjs'), `require('./job.cjs').start()`);
    const { pid, starters } = await startedBy('app.cjs', folder, {});
    expect(starters).to.deep.equal([pid]);
  });
});

describe('45 a main script that run() requires', () => {
  const folder = temporaryFolder();

  it('starts nothing later by itself, and what it exports can start a task', async () => {
    const run = `const { nested } = require('./app.cjs'); ${WAIT}; return nested();`;
    const lib = `${HEAD.cjs} ${job(run)}
      class Nested extends Subprocess { run() { return 'nested'; } }
      module.exports = { Job, Nested, start };`;
    writeFileSync(folder.file('lib.cjs'), lib);
    const app = `const { isChild } = require(${LIBRARY});
      const { Nested, start } = require('./lib.cjs');
      exports.nested = () => new Nested().result();
      if (isChild) setInterval(start, 50).unref();
      else start().result().then(console.log);`;
    writeFileSync(folder.file('app.cjs'), app);
    const program = runNode(['app.cjs'], { cwd: folder.path });
    const { stdout, stderr } = await program.ended;
    expect(stdout, stderr).to.equal('nested\n');
    expect(folder.lines('started-by')).to.deep.equal([String(program.pid)]);
  });
});

describe('45 a module that leaves nothing behind', () => {
  const folder = temporaryFolder();

  for (const type of rows(TYPES, each => each === 'cjs')) {
    it(`is not traced on Node 20 and 22, where that makes each await slower (${type}) ${LONG}`, async () => {
      const run = `const { AsyncResource } = require('node:async_hooks');
        const before = new AsyncResource('before').asyncId();
        for (let i = 0; i < 1_000; i++) await null;
        // Promises are numbered only while somebody traces them.
        return new AsyncResource('after').asyncId() - before < 100;`;
      const exported = type === 'cjs' ? 'module.exports = { Job };' : 'export { Job };';
      writeFileSync(folder.file(`job.${type}`), `${HEAD[type]} ${job(run)} ${exported}`);
      const main = `import * as job from './job.${type}'; console.log(await new (job.Job ?? job.default.Job)().result());`;
      writeFileSync(folder.file('main.mjs'), main);
      const { stdout, stderr } = await runNode(['main.mjs'], { cwd: folder.path }).ended;
      expect({ stdout, stderr }).to.deep.equal({ stdout: 'true\n', stderr: '' });
    });
  }
});

describe('49 a thread of a child', () => {
  const folder = temporaryFolder();
  const THREAD = `new Promise((resolve, reject) => {
    const { Worker } = require('node:worker_threads');
    new Worker('./thread.mjs').on('message', resolve).on('error', reject);
  })`;
  const write = (thread: string, run: string, top = '') => {
    writeFileSync(folder.file('thread.mjs'), `import { parentPort, Worker } from 'node:worker_threads'; ${thread}`);
    const code = `${HEAD.mjs} import 'node:worker_threads'; ${job(run)} export { Job, start }; ${top}`;
    writeFileSync(folder.file('jobs.mjs'), code);
  };
  const main = (code: string) => {
    writeFileSync(folder.file('main.mjs'), `import { Job, start } from './jobs.mjs'; ${code}`);
    return runNode(['main.mjs'], { cwd: folder.path }).ended;
  };

  it('is in a child; a thread of the program, a process that a child makes and a thread of that are not', async () => {
    write(
      `import { isChild } from ${LIBRARY_URL}; parentPort.postMessage(isChild);`,
      `const { execFileSync } = require('node:child_process');
       const other = execFileSync(process.execPath, ['other.mjs'], { encoding: 'utf8' });
       return [await ${THREAD}, await ${THREAD}, other.trim()].join()`,
    );
    const other = `${HEAD.mjs} console.log(isChild, await ${THREAD});`;
    writeFileSync(folder.file('other.mjs'), other);
    const { stdout, stderr } = await main(`${HEAD.mjs} console.log(await ${THREAD}, await new Job().result())`);
    expect({ stdout, stderr }).to.deep.equal({ stdout: 'false true,true,false false\n', stderr: '' });
  });
  itInFull(`is in a child, too, if the module starts it, or run() loads threads late ${LONG}`, async () => {
    write(`import { isChild } from ${LIBRARY_URL}; parentPort.postMessage(isChild);`, `return globalThis.early`);
    const top = `globalThis.early = await ${THREAD};`;
    const jobs = `${HEAD.mjs} ${job('return [globalThis.early, await late()].join()')} export { Job, start }; ${top}
      const late = () => ${THREAD};`;
    writeFileSync(folder.file('jobs.mjs'), jobs);
    const { stdout, stderr } = await main('console.log(await new Job().result())');
    expect({ stdout, stderr }).to.deep.equal({ stdout: 'true,true\n', stderr: '' });
  });
  itInFull(`starts tasks if run() has made it; they count as children of the child ${LONG}`, async () => {
    write(
      `import { Nested } from './nested.mjs'; parentPort.postMessage(await new Nested().result());`,
      `return ${THREAD}`,
    );
    const nested = `${HEAD.mjs} export class Nested extends Subprocess {
      run() { return globalThis[Symbol.for('offspring-rx.child')].depth; }
    }`;
    writeFileSync(folder.file('nested.mjs'), nested);
    const { stdout, stderr } = await main('console.log(await new Job().result())');
    expect({ stdout, stderr }).to.deep.equal({ stdout: '2\n', stderr: '' });
  });
  const threads = [
    [
      'the module of the child has made it',
      WAIT,
      `new (require('node:worker_threads').Worker)('./thread.mjs').unref()`,
    ],
    ['it runs the module again', `void new (require('node:worker_threads').Worker)('./jobs.mjs'); ${WAIT}`, 'start()'],
  ] as const;
  for (const [what, run, top] of threads) {
    itInFull(`starts nothing if ${what} ${LONG}`, async () => {
      write(`import { start } from './jobs.mjs'; setInterval(start, 20)`, run, top);
      const ended = await main('await start().wait(); process.exit()');
      expect(ended.code).to.equal(0);
      const starters = new Set(folder.lines('started-by'));
      expect(starters.size).to.equal(1);
    });
  }
});
