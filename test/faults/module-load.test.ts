/** The module of a class gets in a child what Node would give it, although the library takes shorter ways to it. */
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect } from 'chai';
import { ROOT } from '../support/fixture';
import { runNode } from '../support/script';
import { temporaryFolder } from '../support/temporary';

/** Another package of the same name: it tells itself by `isCopy`. */
const COPY = `
  const library = require(${JSON.stringify(ROOT)});
  exports.isCopy = true;
  exports.Subprocess = library.Subprocess;`;

/** A hook that gives `file` to whoever requires this package. */
const redirectTo = (file: string) => `
  const Module = require('node:module');
  const { _resolveFilename } = Module;
  Module._resolveFilename = function (request, ...rest) {
    return request === 'offspring-rx' ? ${JSON.stringify(file)} : _resolveFilename.call(this, request, ...rest);
  };`;

/** Node 22 says less where a hook is registered. */
const NAMES_OF_COMMONJS = process.version.startsWith('v22.')
  ? /does not provide an export named 'nope'/
  : /Named export 'nope' not found/;

describe('the module of a class', function () {
  this.timeout(20_000);
  const folder = temporaryFolder();

  const write = (name: string, text: string) => {
    const file = folder.file(name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
    return file;
  };

  /** What `run()` of the class `Task` in the file returns. */
  async function resultOf(file: string): Promise<unknown> {
    const main = write(
      'main.mjs',
      `const { Task } = await import(process.argv[2]);
       console.log(JSON.stringify(await new Task().result()));`,
    );
    const { code, stdout, stderr } = await runNode([main, file]).ended;
    expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' });
    return JSON.parse(stdout);
  }

  /** What the StartError says, since its module cannot be loaded. */
  async function failureOf(file: string): Promise<string> {
    const main = write(
      'failing.mjs',
      `const { Task } = await import(process.argv[2]);
       new Task().result().catch(({ name, phase, cause }) => console.log(JSON.stringify([name, phase, cause.message])));`,
    );
    const { stdout } = await runNode([main, file]).ended;
    const [name, phase, message] = JSON.parse(stdout);
    expect([name, phase]).to.deep.equal(['StartError', 'load']);
    return message;
  }

  beforeEach(() => {
    mkdirSync(folder.file('node_modules'), { recursive: true });
    symlinkSync(ROOT, folder.file('node_modules/offspring-rx'), 'junction');
    write('copy/node_modules/offspring-rx/index.js', COPY);
  });

  const asCommonJs = (result: string, top = '', members = '') => `
    const Module = require('node:module');
    const library = require('offspring-rx');
    ${top}
    exports.Task = class Task extends library.Subprocess { ${members} run() { return ${result}; } };`;

  it('gets this package by its name', async () => {
    const file = write(
      'task.cjs',
      asCommonJs(`[library === require(${JSON.stringify(ROOT)}), library.isCopy ?? null]`),
    );
    expect(await resultOf(file)).to.deep.equal([true, null]);
  });

  it('gets the package that is installed nearest to it', async () => {
    const file = write('copy/task.cjs', asCommonJs('library.isCopy'));
    expect(await resultOf(file)).to.equal(true);
  });

  it('asks Node for the package by `require.resolve` with paths', async () => {
    const paths = JSON.stringify([folder.file('copy')]);
    const top = `const found = require.resolve('offspring-rx', { paths: ${paths} });`;
    const file = write('resolve.cjs', asCommonJs('found', top));
    expect(await resultOf(file)).to.equal(folder.file('copy/node_modules/offspring-rx/index.js'));
  });

  it('finds the loader of Node as it was, once it is loaded', async () => {
    const top = 'const during = Module._resolveFilename;';
    const file = write('loader.cjs', asCommonJs('Module._resolveFilename === during', top));
    expect(await resultOf(file)).to.equal(false);
  });

  it('keeps a loader that it has put in the place of Node’s', async () => {
    const top = `
      const { _resolveFilename } = Module;
      const own = function (...args) { return _resolveFilename.apply(this, args); };
      Module._resolveFilename = own;`;
    const file = write(
      'replaced.cjs',
      asCommonJs(`[Module._resolveFilename === own, require('offspring-rx') === library]`, top),
    );
    expect(await resultOf(file)).to.deep.equal([true, true]);
  });

  it('gets what a hook gives it that only its child has', async () => {
    const hook = write('hook.cjs', redirectTo(folder.file('copy/node_modules/offspring-rx/index.js')));
    const members = `forkOptions() { return { execArgv: ['--require', ${JSON.stringify(hook)}] }; }`;
    const file = write('hooked.cjs', asCommonJs('library.isCopy', '', members));
    expect(await resultOf(file)).to.equal(true);
  });

  const asEsModule = (result: string, top = '') => `
    import { Subprocess } from 'offspring-rx';
    globalThis.times = (globalThis.times ?? 0) + 1;
    ${top}
    export class Task extends Subprocess { async run() { return ${result}; } }`;

  it('gets this package by its name, if it is an ES module', async () => {
    const own = JSON.stringify(pathToFileURL(path.join(ROOT, 'dist/index.mjs')).href);
    const file = write('own.mjs', asEsModule(`(await import(${own})).Subprocess === Subprocess`));
    expect(await resultOf(file)).to.equal(true);
  });

  it('gets the package that is installed nearest to it, if it is an ES module', async () => {
    const top = `import library from 'offspring-rx';`;
    const file = write('copy/task.mjs', asEsModule('library.isCopy', top));
    expect(await resultOf(file)).to.equal(true);
  });

  it('imports other packages of the same name as Node does', async () => {
    write('copy/part.mjs', `import library from 'offspring-rx'; export const { isCopy } = library;`);
    const top = `import { isCopy } from './copy/part.mjs';`;
    const file = write('task.mjs', asEsModule('isCopy', top));
    expect(await resultOf(file)).to.equal(true);
  });

  it('gets the exports of CommonJS, if it is an ES module that requires this package', async () => {
    const top = `
      import { createRequire } from 'node:module';
      import { types } from 'node:util';
      const required = createRequire(import.meta.url)('offspring-rx');`;
    const result = '[types.isModuleNamespaceObject(required), required.Subprocess === Subprocess]';
    expect(await resultOf(write('requires.mjs', asEsModule(result, top)))).to.deep.equal([false, true]);
  });

  it('is found behind a query, if it is an ES module that does not export the class', async () => {
    write(
      'hidden.mjs',
      `import { isChild, Subprocess } from 'offspring-rx';
       class Hidden extends Subprocess { run() { return 'found'; } }
       if (!isChild) new Hidden().result().then(console.log, console.error);`,
    );
    const main = write('query.mjs', `await import('./hidden.mjs?v=1');`);
    const { stdout, stderr } = await runNode([main]).ended;
    expect({ stdout: stdout.trim(), stderr }).to.deep.equal({ stdout: 'found', stderr: '' });
  });

  it('may warn, and replace what warns, while it is loaded', async () => {
    const top = `
      process.emitWarning('from the module');
      const { emitWarning } = process;
      const own = (...args) => emitWarning.apply(process, args);
      process.emitWarning = own;`;
    const file = write('warns.mjs', asEsModule('process.emitWarning === own', top));
    const main = write(
      'main.mjs',
      `const { Task } = await import(process.argv[2]);
       const task = new Task();
       console.log(await task.result());
       // The end of this program ends a child that is at its end.
       await task.wait();`,
    );
    const { stdout, stderr } = await runNode([main, file]).ended;
    expect(stdout.trim()).to.equal('true');
    // The parent and the child.
    expect(stderr.match(/Warning: from the module/g)).to.have.lengthOf(2);
  });

  it('fails with what import() says of it, if it is an ES module', async () => {
    write('dep.cjs', 'exports.some = 1;');
    const broken = {
      "import { nope } from './dep.cjs';": NAMES_OF_COMMONJS,
      "import 'virtual:nothing';": /Only URLs with a scheme in: file, data,/,
      "import './missing.mjs';": /Cannot find module .*missing\.mjs/,
    };
    for (const [text, expected] of Object.entries(broken)) {
      const file = write(
        'names.mjs',
        `import { isChild, Subprocess } from 'offspring-rx';
        export class Task extends Subprocess { static MODULE = ${JSON.stringify(folder.file('broken.mjs'))}; run() {} }`,
      );
      write(
        'broken.mjs',
        `${text} import { Subprocess } from 'offspring-rx'; export class Task extends Subprocess { run() {} }`,
      );
      expect(await failureOf(file)).to.match(expected);
    }
  });

  it('is the one that import() gives, if it is an ES module', async () => {
    const file = write('task.mjs', asEsModule('[(await import(import.meta.url)).Task === Task, times]'));
    expect(await resultOf(file)).to.deep.equal([true, 1]);
  });

  it('may await at its top level, and runs once', async () => {
    const file = write('awaits.mjs', asEsModule('[waited, times]', 'const waited = await Promise.resolve(5);'));
    expect(await resultOf(file)).to.deep.equal([5, 1]);
  });

  it('may import one that awaits, and one in CommonJS', async () => {
    write('part.cjs', 'exports.part = 1;');
    write('awaited.mjs', 'export const awaited = await Promise.resolve(2);');
    const top = `import { part } from './part.cjs'; import { awaited } from './awaited.mjs';`;
    const file = write('imports.mjs', asEsModule('[part, awaited, times]', top));
    expect(await resultOf(file)).to.deep.equal([1, 2, 1]);
  });

  it('tells what it threw, if it is an ES module', async () => {
    const file = write(
      'throws.mjs',
      asEsModule('1', 'if (globalThis[Symbol.for("offspring-rx.child")]) throw new RangeError("too far");'),
    );
    expect(await failureOf(file)).to.match(/throws\.mjs.*RangeError: too far/s);
  });
});
