/** TypeScript runs in a child whose parent has nothing for it to inherit, as test runners do not. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { ROOT } from './support/fixture';
import { itInFull, LONG, rows } from './support/long';
import { runNode } from './support/script';

const CAN_STRIP = Boolean((process.features as { typescript?: unknown }).typescript);

/** A parent that has not loaded the module of its class, as under a test runner with a module system of its own. */
const PARENT = `
const { Subprocess } = require('offspring-rx');
class Add extends Subprocess { static MODULE = process.argv[2]; run() {} }
new Add().result().then(console.log, error => console.log(error.message));
`;

const TASKS = {
  plain: `
import { Subprocess } from 'offspring-rx';
export class Add extends Subprocess { override run(): string { return 'added'; } }
`,
  'no extension': `
import { Subprocess } from 'offspring-rx';
import { word } from './word';
import { deep } from './deep';
export class Add extends Subprocess { override run(): string { return word + deep; } }
`,
  '.js for .ts': `
import { Subprocess } from 'offspring-rx';
import { word } from './word.js';
export class Add extends Subprocess { override run(): string { return word + 'ed'; } }
`,
  enum: `
import { Subprocess } from 'offspring-rx';
enum Word { Add = 'added' }
export class Add extends Subprocess {
  constructor(private readonly word = Word.Add) { super(); }
  override run(): string { return this.word; }
}
`,
};
type Task = keyof typeof TASKS;

const WORDS: Record<string, string> = {
  'word.ts': `export const word: string = 'add';`,
  'deep/index.ts': `export const deep: string = 'ed';`,
};

interface Project {
  type: 'module' | 'commonjs';
  /** Packages of this project that are installed there. */
  installed: string[];
  files: Record<string, string>;
}

const TYPES = ['module', 'commonjs'] as const;

/** Makes a project, and runs `task.ts` in it. Returns what it printed. */
async function run({ type, installed, files }: Project, file = 'task.ts'): Promise<string> {
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'offspring-loaders-')));
  try {
    mkdirSync(path.join(folder, 'node_modules'));
    const link = (name: string, target: string) =>
      symlinkSync(target, path.join(folder, 'node_modules', name), 'junction');
    link('offspring-rx', ROOT);
    for (const name of installed) link(name, path.join(ROOT, 'node_modules', name));
    writeFileSync(path.join(folder, 'package.json'), JSON.stringify({ type }));
    writeFileSync(path.join(folder, 'parent.cjs'), PARENT);
    for (const [name, text] of Object.entries({ ...WORDS, ...files })) {
      mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
      writeFileSync(path.join(folder, name), text);
    }
    const ran = await runNode(['--no-warnings', 'parent.cjs', path.join(folder, file)], { cwd: folder }).ended;
    expect(ran.stderr).to.equal('');
    return ran.stdout.trim();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

describe('TypeScript without a loader in the parent', function () {
  this.timeout(60_000);

  it(`tsx loads it ${LONG}`, async () => {
    const all = TYPES.flatMap(type => (Object.keys(TASKS) as Task[]).map(task => ({ type, task })));
    const some = rows(all, (_, at) => at === 7);
    const answers = some.map(({ type, task }) => run({ type, installed: ['tsx'], files: { 'task.ts': TASKS[task] } }));
    expect(await Promise.all(answers)).to.deep.equal(some.map(() => 'added'));
  });
  it(`ts-node loads it ${LONG}`, async () => {
    // The ES modules of ts-node name each other as Node wants it.
    const some = rows(TYPES, each => each === 'module');
    const answers = some.map(type => {
      const task: Task = type === 'module' ? '.js for .ts' : 'no extension';
      const files = { 'task.ts': TASKS[task], 'tsconfig.json': '{ "compilerOptions": { "module": "node16" } }' };
      return run({ type, installed: ['ts-node', 'typescript'], files });
    });
    expect(await Promise.all(answers)).to.deep.equal(some.map(() => 'added'));
  });
  it('without any of them, Node strips the types, or the error names two ways out', async () => {
    for (const type of TYPES) {
      const answer = await run({ type, installed: [], files: { 'task.ts': TASKS['no extension'] } });
      if (CAN_STRIP) expect(answer).to.equal('added');
      else expect(answer).to.match(WAYS_OUT);
    }
    const files = { 'task.ts': TASKS.enum };
    expect(await run({ type: 'module', installed: [], files })).to.match(WAYS_OUT);
  });
  it('the second way out is true: MODULE names what was compiled', async () => {
    const compiled = TASKS.plain.replaceAll(/override |: string/g, '');
    const files = { 'task.ts': TASKS.plain, 'dist/task.js': compiled };
    expect(await run({ type: 'module', installed: [], files }, 'dist/task.js')).to.equal('added');
  });
  itInFull(`a class in a test file is to be moved ${LONG}`, async () => {
    const files = { 'add.test.ts': `${TASKS.plain}\ndescribe('add', () => {});` };
    for (const installed of [['tsx'], []]) {
      const answer = await run({ type: 'module', installed, files }, 'add.test.ts');
      expect(answer).to.match(/add\.test\.ts, which only its test runner can load .*: move Add to a module of its own/);
    }
  });
  itInFull(`an alias that is not known is named, with what is known instead ${LONG}`, async () => {
    const files = { 'task.ts': TASKS.plain.replace('export', `import '@lib/word';\nexport`) };
    expect(await run({ type: 'module', installed: ['tsx'], files })).to.match(
      /Cannot find package '@lib\/word'.*if that is an alias/,
    );
  });
});

const WAYS_OUT = /needs a loader .*"npm install --save-dev tsx".*"static override MODULE = '.*'"/;
