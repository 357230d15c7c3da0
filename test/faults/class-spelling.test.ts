/** FAULTS 46, 47 and 81: a class is found by its name, however its text, its compiler and its bundler write it. */
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect } from 'chai';
import { type BuildOptions, build, stop } from 'esbuild';
import ts from 'typescript';
import { ROOT } from '../support/fixture';
import { itInFull, LONG, rows } from '../support/long';
import { runNode, type ScriptOptions } from '../support/script';
import { temporaryFolder } from '../support/temporary';

const LIBRARY = JSON.stringify(`${ROOT}/dist/index.js`);
const LIBRARY_URL = JSON.stringify(pathToFileURL(`${ROOT}/dist/index.js`).href);
/** The child's module neither exports the class nor keeps it in use. */
const USE = 'if (!isChild) new Task().result().then(console.log, ({ message }) => console.log(message));';

/** Classes that are not exported. Each run() returns 'done'. */
const SPELLINGS: Record<string, string> = {
  'a mixin': 'const On = B => class extends B {}; class Task extends On(Subprocess) { run() { return "done"; } }',
  brackets: 'const all = { Subprocess }; class Task extends all["Subprocess"] { run() { return "done"; } }',
  'comments in its head':
    'class /* { */ Task // {\n  extends /* class { */ Subprocess /* } */ { run() { return "done"; } }',
  'a static name': 'class T extends Subprocess { static name = "Task"; run() { return "done"; } } const Task = T;',
  'another class in its text':
    'class Task extends Subprocess { run() { return String(class Task extends Map {}) && "done"; } }',
  'a class in an expression': 'const Task = class extends (0, Subprocess) { run() { return "done"; } };',
  'a key of an object':
    'const all = { Task: class extends Subprocess { run() { return "done"; } } }; const { Task } = all;',
  'a name that is computed':
    'class T extends Subprocess { static get name() { return "Ta" + "sk"; } run() { return "done"; } } const Task = T;',
  'an escape in its name': 'class \\u0054ask extends Subprocess { run() { return "done"; } }',
  'a function that a compiler has made of it':
    'var Task = function (Base) { function Task() { return Reflect.construct(Base, arguments, Task); } Object.setPrototypeOf(Task.prototype, Base.prototype); Object.setPrototypeOf(Task, Base); Task.prototype.run = () => "done"; return Task; }(Subprocess);',
  'no line of its own': 'var a=1;var Task=class extends Subprocess{run(){return "done"}};',
  'a block':
    '{ class Task extends Subprocess { run() { return "done"; } } globalThis.T = isChild ? 0 : Task; } const { T: Task } = globalThis;',
  'a function':
    '(() => { class Task extends Subprocess { run() { return "done"; } } globalThis.T = isChild ? 0 : Task; })(); const Task = globalThis.T;',
  'the words in strings around it':
    'const s = "class Task extends Subprocess {", t = `class Task extends {`, r = /class Task extends [/{"]/; class Task extends Subprocess { run() { return "done"; } }',
};
/** Whether the text of an ES module can be changed here: by hooks, or by require(). */
const canMarkEsm = (process.features as { require_module?: boolean }).require_module === true;

describe('47 a class that is not exported is found however it is written', () => {
  const folder = temporaryFolder();
  const run = async (file: string, text: string, options: ScriptOptions = {}) => {
    writeFileSync(folder.file(file), text);
    const { stdout, stderr } = await runNode([file], { cwd: folder.path, ...options }).ended;
    return stdout + stderr;
  };

  const heads: [what: string, file: string, head: string][] = [
    ['in CommonJS', 'app.cjs', `const { Subprocess, isChild } = require(${LIBRARY});`],
  ];
  if (canMarkEsm) {
    heads.push(['in an ES module', 'app.mjs', `import { Subprocess, isChild } from ${LIBRARY_URL};`]);
  }
  const all = Object.entries(SPELLINGS).flatMap(each => heads.map(head => [...each, ...head] as const));
  for (const [name, code, what, file, head] of rows(all, (_, at) => at === 0)) {
    it(`${name}, ${what} ${LONG}`, async () => {
      expect(await run(file, `${head}\n${code}\n${USE}`)).to.equal('done\n');
    });
  }
  itInFull(`lines and columns stay where they are ${LONG}`, async () => {
    const code = `const { Subprocess, isChild } = require(${LIBRARY}); class Task extends Subprocess { run() { return new Error('here').stack.split('\\n')[1].split(':').slice(-2).join(); } }\n${USE}`;
    const column = code.indexOf("new Error('here')") + 1;
    expect(await run('app.cjs', code)).to.equal(`1,${column})\n`);
  });
});

/** As the sources of a program. The decorator, and the text of the class that names it, make compilers rewrite it. */
const SOURCE = `import { isChild, Subprocess } from 'offspring-rx';
  const logged = (type: any, ..._: unknown[]) => type;
  const steps = { '/': 1 };
  @logged
  class Task extends Subprocess {
    static made = () => new Task();
    override run() { return steps['/'] === 1 ? 'done' : 'failed'; }
  }
  ${USE.replace('new Task()', 'Task.made()')}`;

describe('47, 81 a class in a bundle that does not export it is found', () => {
  const folder = temporaryFolder();
  const legacy = JSON.stringify({ compilerOptions: { experimentalDecorators: true } });
  const ways: Record<string, BuildOptions> = {
    'as it is': {},
    'with its names kept': { keepNames: true },
    minified: { minify: true },
    'minified, with its names kept': { minify: true, keepNames: true },
    'with decorators of TypeScript': { tsconfigRaw: legacy },
    'with decorators of TypeScript, minified': { tsconfigRaw: legacy, minify: true, keepNames: true },
    'for an older engine': { target: 'es2020' },
  };
  const formats = canMarkEsm ? (['cjs', 'iife', 'esm'] as const) : (['cjs', 'iife'] as const);
  const all = Object.entries(ways).flatMap(way => formats.map(format => [...way, format] as const));
  for (const [name, options, format] of rows(all, (_, at) => at === 0)) {
    it(`${name} (${format}) ${LONG}`, async () => {
      writeFileSync(folder.file('app.ts'), SOURCE);
      install(folder.path);
      const outfile = folder.file(format === 'esm' ? 'app.mjs' : 'app.cjs');
      await bundle({
        entryPoints: [folder.file('app.ts')],
        outfile,
        target: 'node20',
        format,
        ...options,
      });
      const { stdout, stderr } = await runNode([outfile]).ended;
      expect(stdout + stderr).to.equal('done\n');
    });
  }
  it('a CommonJS module that esbuild wraps', async () => {
    const code = `const { isChild, Subprocess } = require('offspring-rx');
      class Task extends Subprocess { run() { return 'done'; } }
      ${USE}`;
    writeFileSync(folder.file('app.cjs'), code);
    install(folder.path);
    const outfile = folder.file('out.cjs');
    await bundle({ entryPoints: [folder.file('app.cjs')], outfile });
    const { stdout, stderr } = await runNode([outfile]).ended;
    expect(stdout + stderr).to.equal('done\n');
  });
});

async function bundle(options: BuildOptions): Promise<void> {
  await build({ bundle: true, platform: 'node', external: ['offspring-rx'], logLevel: 'error', ...options });
  // It would stay for the next one.
  await stop();
}

/** Puts the package where the modules of a folder find it. */
function install(folder: string): void {
  mkdirSync(path.join(folder, 'node_modules'));
  symlinkSync(ROOT, path.join(folder, 'node_modules', 'offspring-rx'));
}

describe('46 an exported class is found by its name, whatever its text', () => {
  const folder = temporaryFolder();
  const HEAD = `import { Subprocess } from ${LIBRARY_URL};`;
  const built: Record<string, string> = {
    'formatted otherwise': `${HEAD} export class Task extends Subprocess { run() { return 'built' } }`,
    'under another name inside': `${HEAD} class _Task extends Subprocess { run() { return 'built'; } } export { _Task as Task };`,
    minified: `import{Subprocess as s}from${LIBRARY_URL};class a extends s{run(){return"built"}}export{a as Task};`,
    'beside others': `${HEAD} export class Other extends Subprocess { run() {} }; export default class Task extends Other { run() { return 'built' } }`,
    'in an object': `${HEAD} export default { Task: class extends Subprocess { run() { return 'built' } } };`,
    'not exported': `${HEAD} const isOnce = true; class Task extends Subprocess { run() { return isOnce && 'built' } } export const names = [Task.name];`,
  };
  for (const [name, text] of rows(Object.entries(built), (_, at) => at === 1)) {
    if (name === 'not exported' && !canMarkEsm) continue;
    it(`MODULE names a module with the class ${name} ${LONG}`, async () => {
      writeFileSync(folder.file('built.mjs'), text);
      const main = `${HEAD}
        class Task extends Subprocess {
          static MODULE = './built.mjs';
          run() {
            return 'source';
          }
        }
        console.log(await new Task().result());`;
      writeFileSync(folder.file('main.mjs'), main);
      const { stdout, stderr } = await runNode(['main.mjs'], { cwd: folder.path }).ended;
      expect(stdout + stderr).to.equal('built\n');
    });
  }
  itInFull(`MODULE names CommonJS that TypeScript made ${LONG}`, async () => {
    const source = `import { Subprocess } from ${LIBRARY}; export default class extends Subprocess { run() { return 'built'; } }`;
    const { outputText } = ts.transpileModule(source, {
      compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 },
    });
    writeFileSync(folder.file('built.cjs'), outputText);
    const main = `import { Subprocess } from ${LIBRARY_URL};
      export default class extends Subprocess { static MODULE = './built.cjs'; run() {} }`;
    writeFileSync(folder.file('task.mjs'), main);
    writeFileSync(folder.file('main.mjs'), `import Task from './task.mjs'; console.log(await new Task().result());`);
    const { stdout, stderr } = await runNode(['main.mjs'], { cwd: folder.path }).ended;
    expect(stdout + stderr).to.equal('built\n');
  });
  for (const type of rows(['mjs', 'cjs'] as const, each => each === 'mjs')) {
    it(`the file is edited while the program runs (${type}) ${LONG}`, async () => {
      const head = type === 'mjs' ? HEAD : `const { Subprocess } = require(${LIBRARY});`;
      const text = (word: string) => `${head}\n${word === 'new' ? '// A line.\n' : ''}
        class Task extends Subprocess { run() { return '${word}'; } }\n
        ${type === 'mjs' ? 'export { Task };' : 'exports.Task = Task;'}`;
      writeFileSync(folder.file(`task.${type}`), text('old'));
      const main = `import { writeFileSync } from 'node:fs'; import * as all from './task.${type}';
        const Task = all.Task ?? all.default.Task;
        console.log(await new Task().result());
        writeFileSync('task.${type}', ${JSON.stringify(text('new'))});
        console.log(await new Task().result());`;
      writeFileSync(folder.file('main.mjs'), main);
      const { stdout, stderr } = await runNode(['main.mjs'], { cwd: folder.path }).ended;
      expect(stdout + stderr).to.equal('old\nnew\n');
    });
  }
  itInFull(
    `several of one name are told apart by their text; if that does not tell, the error says so ${LONG}`,
    async () => {
      const text = `${HEAD}
      export const One = class Task extends Subprocess { run() { return 1 } };
      export const Two = class Task extends Subprocess { run() { return 2 } };`;
      writeFileSync(folder.file('tasks.mjs'), text);
      const main = `import { writeFileSync } from 'node:fs'; import { One, Two } from './tasks.mjs';
      const told = task => task.result().catch(({ message }) => message);
      console.log(await told(new Two()), await told(new One()));
      writeFileSync('tasks.mjs', ${JSON.stringify(text.replaceAll('{ return', '{\n return'))});
      console.log(await told(new Two()));`;
      writeFileSync(folder.file('main.mjs'), main);
      const { stdout } = await runNode(['main.mjs'], { cwd: folder.path }).ended;
      expect(stdout).to.match(
        /^2 1\nTask \(tasks\.mjs:3\) is one of 2 classes with this name, and the child cannot tell/,
      );
    },
  );
  itInFull(`a class of the same name that the module only passes on is not taken for it ${LONG}`, async () => {
    writeFileSync(
      folder.file('other.mjs'),
      `${HEAD} export class Task extends Subprocess { run() { return 'other' } }`,
    );
    const text = `${HEAD} import { isChild } from ${LIBRARY_URL}; export { Task as Other } from './other.mjs';
      class Task extends Subprocess { run() { return 'own' } }
      if (!isChild) console.log(await new Task().result());`;
    writeFileSync(folder.file('main.mjs'), text);
    const { stdout, stderr } = await runNode(['main.mjs'], { cwd: folder.path }).ended;
    if (canMarkEsm) expect(stdout + stderr).to.equal('own\n');
  });
});
