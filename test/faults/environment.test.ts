/** FAULTS 61, 62, 63 and 65: the variables, the flags and the working directory of a child. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { inspect } from 'node:util';
import { expect } from 'chai';
import { fixture, ROOT } from '../support/fixture';
import { innerCode } from '../support/inner';
import { itInFull, LONG, rows } from '../support/long';
import { runNode, type ScriptOptions } from '../support/script';
import { startFails } from '../support/start-fails';
import { temporaryFolder } from '../support/temporary';

const { Forked } = fixture<typeof import('../fixtures/starters')>('starters');

/** Runs a script, and returns what it printed, without the last newline. */
async function run(args: string[], options: ScriptOptions = {}): Promise<string> {
  const { code, stdout, stderr } = await runNode(args, options).ended;
  expect(code, stderr).to.equal(0);
  return stdout.trimEnd();
}

/** Source of a script. Its class Look returns what `look` is in the child, and gets its fork options from the parent. */
const app = (look: string, rest: string, load = '') => `${load}
  const { Subprocess, SubprocessLoop, isChild } = require(${JSON.stringify(ROOT)});
  const { SubprocessWorker, WorkerPool } = require(${JSON.stringify(path.join(ROOT, 'dist/pool'))});
  class Look extends Subprocess {
    init(options = {}) { this.options = options; }
    forkOptions() { return this.options; }
    run() { return ${look}; }
  }
  class Worker extends SubprocessWorker { work() { return ${look}; } }
  class Loop extends SubprocessLoop { loop() { this.emit(${look}); return false; } }
  class Spared extends Look { static SPARES = 1; }
  module.exports = { Look, Worker, Loop, Spared };
  /** What a task, a loop, a worker of a pool and a spare see. */
  async function seen() {
    const pool = new WorkerPool(Worker, { workers: 1 });
    const loop = new Loop();
    const all = [new Look().result(), firstMessage(loop), pool.run(1), inSpare()];
    const values = await Promise.all(all);
    await pool.shutdown();
    return [...new Set(values.map(value => JSON.stringify(value)))].join(' or ');
  }
  async function firstMessage(task) { for await (const message of task.messages()) return message; }
  async function inSpare() {
    await new Spared().result();
    await spareReady();
    return new Spared().result();
  }
  /** Resolves when a spare stands ready. */
  async function spareReady() {
    const { registered } = ${innerCode('parent/end/registry')};
    for (const end = Date.now() + 20_000; !registered().some(({ isReady }) => isReady); ) {
      if (Date.now() > end) throw new Error('no spare is ready');
      await new Promise(resolve => setTimeout(resolve, 5));
    }
  }
  if (!isChild) (async () => { ${rest} })();`;

describe('61 variables of an --env-file', function () {
  this.timeout(60_000);
  const folder = temporaryFolder();
  const LOOK = '[process.env.GONE, process.env.CHANGED, process.env.KEPT].map(String)';
  const files = () => {
    writeFileSync(folder.file('.env'), 'GONE=file\nCHANGED=file\nKEPT=file\n');
    writeFileSync(folder.file('second.env'), 'GONE=second\n');
  };
  const script = (rest: string, load = '') => {
    files();
    writeFileSync(folder.file('script.cjs'), app(LOOK, rest, load));
    return [folder.file('script.cjs')];
  };
  const REMOVE = `delete process.env.GONE; process.env.CHANGED = 'parent';`;
  const expected = '["undefined","parent","file"]';

  const byFlags: [what: string, flags: string[]][] = [
    ['a flag', ['--env-file=.env']],
    ['a flag with its value as the next argument', ['--env-file', '.env']],
    ['several files', ['--env-file=.env', '--env-file=second.env']],
  ];
  if (Number(process.versions.node.split('.')[0]) >= 22) {
    byFlags.push(['--env-file-if-exists', ['--env-file-if-exists=.env', '--env-file-if-exists=none.env']]);
  }
  for (const [what, flags] of rows(byFlags, (_, at) => at === 2)) {
    it(`that the parent deleted or changed stay so: ${what} ${LONG}`, async () => {
      const args = script(`${REMOVE} console.log(await seen());`);
      expect(await run(args, { flags, cwd: folder.path })).to.equal(expected);
    });
  }
  itInFull(`stay so by process.loadEnvFile() ${LONG}`, async () => {
    const args = script(`process.loadEnvFile('.env'); ${REMOVE} console.log(await seen());`);
    expect(await run(args, { cwd: folder.path })).to.equal(expected);
  });
  it('that forkOptions() removes or changes are not there, or changed', async () => {
    const options = "{ env: { GONE: undefined, CHANGED: 'parent' }, cwd: '/' }";
    const args = script(`console.log(JSON.stringify(await new Look(${options}).result()));`);
    expect(await run(args, { flags: ['--env-file=.env'], cwd: folder.path })).to.equal(expected);
  });
  itInFull(`are not read in a child of the child either ${LONG}`, async () => {
    const nested = `(async () => ${LOOK})()`;
    const source = app(nested, `${REMOVE} console.log(JSON.stringify(await new Outer().result()));`).replace(
      'module.exports = {',
      'class Outer extends Subprocess { run() { return new Look().result(); } }\n  module.exports = { Outer,',
    );
    files();
    writeFileSync(folder.file('script.cjs'), source);
    expect(await run([folder.file('script.cjs')], { flags: ['--env-file=.env'], cwd: folder.path })).to.equal(expected);
  });
  itInFull(
    `NODE_V8_COVERAGE, which Node copies to each process, is gone if forkOptions() removes it ${LONG}`,
    async () => {
      writeFileSync(
        folder.file('script.cjs'),
        app(
          'process.env.NODE_V8_COVERAGE ?? "none"',
          `console.log(await new Look({ env: { NODE_V8_COVERAGE: undefined } }).result());`,
        ),
      );
      const env = { NODE_V8_COVERAGE: folder.file('coverage') };
      expect(await run([folder.file('script.cjs')], { env })).to.equal('none');
    },
  );
});

describe('62 relative paths in NODE_OPTIONS and in flags', function () {
  this.timeout(60_000);
  const folder = temporaryFolder();
  const LOOK = 'globalThis.setup ?? "no setup"';
  const write = (name: string, content: string) => {
    mkdirSync(path.dirname(folder.file(name)), { recursive: true });
    writeFileSync(folder.file(name), content);
  };
  beforeEach(() => {
    for (const name of ['app/setup.cjs', 'app/setup.js', 'app/my "setup".cjs', 'app/node_modules/pack/index.js']) {
      write(name, `globalThis.setup = ${JSON.stringify('cjs')};`);
    }
    for (const name of ['app/setup.mjs', 'app/my setup.mjs']) write(name, "globalThis.setup = 'mjs';");
    write('app/node_modules/esm-pack/package.json', '{ "exports": { "import": "./main.mjs" } }');
    write('app/node_modules/esm-pack/main.mjs', "globalThis.setup = 'mjs';");
    const both = (name: string) => ({ node: { import: `./${name}.mjs`, require: `./${name}.cjs` } });
    const exports = { '.': both('main'), './part': both('part'), './more/*': both('*'), './more/*/x': './x.mjs' };
    write('app/node_modules/@dual/pack/package.json', JSON.stringify({ exports }));
    for (const name of ['main', 'part', 'some$&']) {
      write(`app/node_modules/@dual/pack/${name}.mjs`, `globalThis.setup = ${JSON.stringify(`${name} mjs`)};`);
      write(`app/node_modules/@dual/pack/${name}.cjs`, `globalThis.setup = ${JSON.stringify(`${name} cjs`)};`);
    }
    write('app/loader.mjs', "globalThis.setup = 'loader';");
    write('app/.env', 'SETUP=env\n');
    mkdirSync(folder.file('other'));
  });

  /** How the child comes to another directory than the one the parent was started in. */
  const ways: [way: string, rest: string, load?: string][] = [
    ['forkOptions().cwd', `console.log(await new Look({ cwd: ${JSON.stringify(tmpdir())} }).result());`],
    ['process.chdir after loading the library', `process.chdir('/'); console.log(await seen());`],
    ['process.chdir before loading the library', 'console.log(await seen());', `process.chdir('/');`],
  ];
  const options: [options: string, expected: string][] = [
    ['--require ./setup.cjs', 'cjs'],
    ['-r ../app/setup', 'cjs'],
    ['--require="./my \\"setup\\".cjs" --no-warnings', 'cjs'],
    ['--require pack', 'cjs'],
    ['--import ./setup.mjs', 'mjs'],
    ['--import pack', 'cjs'],
    ['--import esm-pack', 'mjs'],
    ['--import @dual/pack', 'main mjs'],
    ['--import @dual/pack --import @dual/pack/part', 'part mjs'],
    ['--import @dual/pack/more/some$&', 'some$& mjs'],
    ['--require @dual/pack --require @dual/pack/part', 'part cjs'],
    ['--import "./my setup.mjs"', 'mjs'],
    ['--import=./my%20setup.mjs', 'mjs'],
    ['--import=./setup.mjs?query#hash', 'mjs'],
  ];
  const table = ways.flatMap(way => options.map(each => [way, each] as const));
  for (const [[way, rest, load], [nodeOptions, expected]] of rows(table, (_, at) => at % 36 === 0)) {
    it(`NODE_OPTIONS='${nodeOptions}', ${way} ${LONG}`, async () => {
      // The script is not in the directory that the paths are relative to.
      write('elsewhere/script.cjs', app(LOOK, rest, load));
      const printed = await run([folder.file('elsewhere/script.cjs')], {
        cwd: folder.file('app'),
        env: { NODE_OPTIONS: nodeOptions },
      });
      expect(printed.replaceAll('"', '')).to.equal(expected);
    });
  }
  const given = [['-r', './setup.cjs'], ['--import', './my setup.mjs'], ['--import=./my%20setup.mjs']];
  const ofFlags = ways.flatMap(way => given.map(flags => [way, flags] as const));
  for (const [[way, rest, load], flags] of rows(ofFlags, (_, at) => at === 1)) {
    it(`flags, ${flags.join(' ')}, ${way} ${LONG}`, async () => {
      write('elsewhere/script.cjs', app(LOOK, rest, load));
      const printed = await run([folder.file('elsewhere/script.cjs')], { cwd: folder.file('app'), flags });
      expect(printed.replaceAll('"', '')).to.be.oneOf(['cjs', 'mjs']);
    });
  }
  const permission = process.allowedNodeEnvironmentFlags.has('--permission')
    ? '--permission'
    : '--experimental-permission';
  const allowed = ['--allow-fs-read=./', '--allow-fs-read . --allow-fs-write new', '--allow-fs-read=./*'];
  for (const flags of rows(allowed, each => each.includes('write'))) {
    it(`${flags} of the permission model is relative to the directory of the parent ${LONG}`, async () => {
      const look = `['.', '../other', 'new', '../other/new'].map((name, at) =>
        process.permission.has(at < 2 ? 'fs.read' : 'fs.write', ${JSON.stringify(folder.file('app/'))} + name)).join()`;
      const rest = `console.log(await new Look({ cwd: ${JSON.stringify(folder.file('other'))} }).result());`;
      write('app/script.cjs', app(look, rest));
      const all = `${permission} --no-warnings --allow-child-process --allow-fs-read=${ROOT}/* ${flags}`;
      const expected = `true,false,${flags.includes('write')},false`;
      const options = { cwd: folder.file('app') };
      expect(await run(['script.cjs'], { ...options, env: { NODE_OPTIONS: all } })).to.equal(expected);
      expect(await run(['script.cjs'], { ...options, flags: all.split(' ') })).to.equal(expected);
    });
  }
  itInFull(`a loader ${LONG}`, async () => {
    write('elsewhere/script.cjs', app('process.env.NODE_OPTIONS', ways[0]?.[1] as string));
    const env = { NODE_OPTIONS: '--no-warnings --experimental-loader ./loader.mjs' };
    const printed = await run([folder.file('elsewhere/script.cjs')], { cwd: folder.file('app'), env });
    expect(printed).to.equal(
      `--no-warnings --experimental-loader ${pathToFileURL(folder.file('app/loader.mjs')).href}`,
    );
  });
  it('what forkOptions() adds is relative to the directory of the child, as it is for Node', async () => {
    write('other/own.cjs', "globalThis.setup = 'own';");
    const forkOptions = `{ cwd: ${JSON.stringify(folder.file('other'))}, env: { NODE_OPTIONS: process.env.NODE_OPTIONS + ' -r ./own.cjs' } }`;
    write('elsewhere/script.cjs', app(LOOK, `console.log(await new Look(${forkOptions}).result());`));
    const env = { NODE_OPTIONS: '--require ./setup.cjs' };
    expect(await run([folder.file('elsewhere/script.cjs')], { cwd: folder.file('app'), env })).to.equal('own');
  });
  itInFull(`--input-type in NODE_OPTIONS is for the parent’s own input ${LONG}`, async () => {
    const code = `import path from 'node:path'; import lib from ${JSON.stringify(path.join(ROOT, 'build/test/fixtures/tasks.js'))};
      console.log(await new lib.Echo('ran').result());`;
    const env = { NODE_OPTIONS: '--input-type=module' };
    expect(await run(['-e', code], { env })).to.equal('ran');
  });
});

describe('63 the working directory is deleted', function () {
  this.timeout(60_000);
  const folder = temporaryFolder();
  const LOOK = '(() => { try { return process.cwd(); } catch (error) { return error.code; } })()';
  const DELETE = `{ const fs = require('node:fs');
    const gone = fs.mkdtempSync(${JSON.stringify(path.join(tmpdir(), 'gone-'))});
    process.chdir(gone);
    fs.rmdirSync(gone); }`;
  // In the child, the module runs again, in the deleted directory.
  const DELETE_ONCE = `if (!process.env.DELETED) { process.env.DELETED = '1'; ${DELETE} }`;
  const cases: [when: string, rest: string, load: string][] = [
    ['before the library is loaded', 'console.log(await seen());', DELETE_ONCE],
    ['after the library was loaded', `${DELETE} console.log(await seen());`, ''],
    [
      'after the first task',
      `await new Look().result(); await new Spared().result(); ${DELETE} console.log(await seen());`,
      '',
    ],
  ];
  for (const [when, rest, load] of rows(cases, (_, at) => at === 0)) {
    it(`${when}: tasks, loops, pools and spares start ${LONG}`, async () => {
      writeFileSync(folder.file('script.cjs'), app(LOOK, rest, load));
      expect(await run([folder.file('script.cjs')])).to.equal('"ENOENT"');
    });
  }
  for (const [when, rest, load] of cases) {
    itInFull(`${when}: another cwd can be given, and flags and NODE_OPTIONS are inherited ${LONG}`, async () => {
      const elsewhere = rest.replace('await seen()', "await new Look({ cwd: '/' }).result()");
      writeFileSync(folder.file('script.cjs'), app('[process.cwd(), globalThis.setup].join()', elsewhere, load));
      writeFileSync(folder.file('setup.cjs'), 'globalThis.setup = "set";');
      const env = { NODE_OPTIONS: '-r ./setup.cjs' };
      expect(await run([folder.file('script.cjs')], { env, cwd: folder.path })).to.equal('/,set');
      expect(await run([folder.file('script.cjs')], { flags: ['-r', './setup.cjs'], cwd: folder.path })).to.equal(
        '/,set',
      );
    });
  }
  it('in an ES module, whose import of the library comes after', async () => {
    const source = `import fs from 'node:fs';
      const first = !process.env.DELETED;
      process.env.DELETED = '1';
      if (first) { const gone = fs.mkdtempSync('/tmp/gone-'); process.chdir(gone); fs.rmdirSync(gone); }
      const { Subprocess, isChild } = await import(${JSON.stringify(pathToFileURL(`${ROOT}/dist/index.mjs`).href)});
      export class Task extends Subprocess { run() { return 'ran'; } }
      if (!isChild) console.log(await new Task().result());`;
    writeFileSync(folder.file('script.mjs'), source);
    expect(await run([folder.file('script.mjs')])).to.equal('ran');
  });
  it('a relative cwd of forkOptions() is a StartError that names it', async () => {
    const rest = `${DELETE} console.log(await new Look({ cwd: 'sub' }).result().catch(error => error.message));`;
    writeFileSync(folder.file('script.cjs'), app(LOOK, rest));
    expect(await run([folder.file('script.cjs')])).to.match(/working directory "sub" does not exist/);
  });
  itInFull(`a spare that was made in another directory is not taken ${LONG}`, async () => {
    const other = folder.file('other');
    mkdirSync(other);
    const rest = `await new Spared().result();
      await spareReady();
      ${DELETE}
      console.log(await new Spared().result());`;
    writeFileSync(folder.file('script.cjs'), app(LOOK, rest));
    expect(await run([folder.file('script.cjs')], { cwd: other })).to.equal('ENOENT');
    rmSync(other, { recursive: true });
  });
});

describe('65 inheritExecArgv: false and extendEnv: false', function () {
  this.timeout(60_000);
  const folder = temporaryFolder();
  const LOOK = `[process.execArgv.join(' '), Object.keys(process.env).sort().join(' ')]`;

  it('a child has only its own flags and variables', async () => {
    const rest = `
      const print = async options => console.log(JSON.stringify(await new Look(options).result()));
      await print({ inheritExecArgv: false, extendEnv: false });
      await print({ inheritExecArgv: false, execArgv: ['--no-warnings'], extendEnv: false, env: { ONLY: '1', NOT: undefined } });
      await print({ inheritExecArgv: false, extendEnv: false, cwd: '/' });
      const [flags, names] = await new Look({ inheritExecArgv: true, extendEnv: true, env: { ADDED: '1' } }).result();
      console.log(flags, names.includes('SECRET'), names.includes('ADDED'));`;
    writeFileSync(folder.file('script.cjs'), app(LOOK, rest));
    const flags = ['--stack-trace-limit=7', '--inspect-port=0'];
    const env = { SECRET: 'x', NODE_OPTIONS: '--no-deprecation' };
    const printed = await run([folder.file('script.cjs')], { flags, env });
    expect(printed.split('\n')).to.deep.equal([
      '["",""]',
      '["--no-warnings","ONLY"]',
      '["",""]',
      '--stack-trace-limit=7 true true',
    ]);
  });
  itInFull(`spares compare them ${LONG}`, async () => {
    const rest = `
      for (const options of [{}, { extendEnv: false }, { inheritExecArgv: false }, {}]) {
        const [flags, names] = await new Spared(options).result();
        console.log(flags, names.includes('SECRET'));
        await spareReady();
      }`;
    writeFileSync(folder.file('script.cjs'), app(LOOK, rest));
    const printed = await run([folder.file('script.cjs')], { flags: ['--stack-trace-limit=7'], env: { SECRET: 'x' } });
    const all = '--stack-trace-limit=7';
    expect(printed.split('\n')).to.deep.equal([`${all} true`, `${all} false`, ' true', `${all} true`]);
  });
  const bad: [options: object, told: RegExp][] = [
    [{ inheritExecArgv: 'no' }, /forkOptions\(\): inheritExecArgv is 'no': it must be true or false/],
    [{ extendEnv: 0 }, /forkOptions\(\): extendEnv is 0: it must be true or false/],
    [{ extendEnv: null }, /extendEnv is null/],
    [{ inheritExecArgs: false }, /there is no option inheritExecArgs; there are cwd, env, extendEnv/],
    [{ execArgv: '--no-warnings' }, /execArgv is '--no-warnings': it must be an array of strings/],
    [{ execArgv: [1] }, /execArgv is .*: it must be an array of strings/],
    [{ env: 'A=1' }, /env is 'A=1': it must be an object of variables/],
    [{ env: ['A=1'] }, /env is \[.*: it must be an object of variables/],
    [{ env: { 'A=1': 'B' } }, /env is \{.*: it must be an object of variables, whose names .* have no '='/],
    [{ env: new Map([['A', '1']]) }, /env is Map.*: it must be an object of variables/],
    [null as never, /forkOptions\(\) returned null: it must return an object of options/],
    [4 as never, /forkOptions\(\) returned 4: it must return an object of options/],
    [[] as never, /forkOptions\(\): options is \[\]: it must be an object of options/],
    [{ cwd: 5 }, /cwd is 5: it must be a string/],
    [{ uid: 'root' }, /uid is 'root': it must be a whole number/],
  ];
  for (const [options, told] of bad) {
    it(`${inspect(options)} is refused`, async () => {
      const { exit } = await startFails(new Forked(options), 'spawn', told);
      expect(exit.pid).to.equal(null);
    });
  }
  it('undefined is the default', async () => {
    const options = { inheritExecArgv: undefined, extendEnv: undefined, cwd: undefined } as unknown as object;
    expect(await new Forked(options).result()).to.deep.include({ home: process.env['HOME'] });
  });
});
