/** The packed tarball, installed into a folder and used as its users would. The short form is in package.test.ts. */
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { ROOT } from './support/fixture';
import { itInFull, LONG } from './support/long';
import { type Packed, pack } from './support/packed';
import { runNode } from './support/script';
import { temporaryFolder } from './support/temporary';

const ESM = `
import { Subprocess, SubprocessLoop, isChild, StartError, isRemoteError } from 'offspring-rx';
import { fromSubprocess } from 'offspring-rx';
import { whenReady, ofType, toState, whenExited } from 'offspring-rx/operators';
import { supervise, superviseAll, RestartLimitError, isRestartLimitError } from 'offspring-rx/supervise';
class Task extends Subprocess {
  init(name) { this.name = name; }
  run() { return 'hello ' + this.name; }
}
if (![SubprocessLoop, StartError, isRemoteError, whenReady, ofType, toState, whenExited].every(each => typeof each === 'function')) throw new Error('names');
if (isChild === undefined) throw new Error('isChild');
if (![fromSubprocess, supervise, superviseAll, RestartLimitError, isRestartLimitError].every(each => typeof each === 'function')) throw new Error('names');
supervise(() => new Task('esm')).subscribe(event => { if (event.type === 'started') event.task.result$.subscribe(console.log); });
`;
const POOL_ESM = `
import { mapInSubprocess, SubprocessWorker, WorkerPool } from 'offspring-rx/pool';
class Doubling extends SubprocessWorker {
  work(item) { return item * 2; }
}
if (typeof mapInSubprocess !== 'function') throw new Error('names');
const pool = new WorkerPool(Doubling, { workers: 1 });
console.log(await pool.run(21));
`;
const POOL_COMMONJS = `
const { SubprocessWorker, WorkerPool } = require('offspring-rx/pool');
class Doubling extends SubprocessWorker {
  work(item) { return item * 2; }
}
const pool = new WorkerPool(Doubling, { workers: 1 });
pool.run(21).then(console.log);
`;
const COMMONJS = `
const { Subprocess, SubprocessLoop, isChild, StartError } = require('offspring-rx');
const { whenReady } = require('offspring-rx/operators');
const { supervise } = require('offspring-rx/supervise');
class Task extends Subprocess {
  init(name) { this.name = name; }
  run() { return 'hello ' + this.name; }
}
if (typeof SubprocessLoop !== 'function' || typeof StartError !== 'function' || typeof whenReady !== 'function') throw new Error('names');
if (!isChild && require('offspring-rx/package.json').name !== 'offspring-rx') throw new Error('package.json');
supervise(() => new Task('commonjs')).subscribe(event => { if (event.type === 'started') event.task.result$.subscribe(console.log); });
`;
const TYPESCRIPT = `
import { Subprocess, isChild, type ExitStatus } from 'offspring-rx';
import { type SupervisorEvent, supervise } from 'offspring-rx/supervise';
import { whenReady } from 'offspring-rx/operators';
class Task extends Subprocess<[name: string]> {
  name = '';
  override init(name: string) { this.name = name; }
  override run() { return 'hello ' + this.name; }
}
async function main() {
  const task = new Task('typescript');
  // event$ observes without keeping this process alive; result() does.
  task.event$.pipe(whenReady()).subscribe(() => console.log('ready'));
  const result: string = await task.result();
  const exit: ExitStatus = await task.wait();
  console.log(result, exit.reason);
  supervise(() => new Task('supervised')).subscribe((event: SupervisorEvent<Task>) => {
    if (event.type === 'exited') console.log(event.exit.reason);
  });
}
if (!isChild) void main();
`;
const IN_BUNDLE = `
class Hello extends Subprocess {
  run() { return 'hello bundle'; }
}
class Doubling extends SubprocessWorker {
  work(item) { return item * 2; }
}
const pool = new WorkerPool(Doubling, { workers: 1 });
Promise.all([firstValueFrom(new Hello().result$), pool.run(21)]).then(([word, twice]) => console.log(word, twice));
`;
const IMPORTS = `
import { Subprocess } from 'offspring-rx';
import { SubprocessWorker, WorkerPool } from 'offspring-rx/pool';
import { firstValueFrom } from 'rxjs';
${IN_BUNDLE}`;
const REQUIRES = `
const { Subprocess } = require('offspring-rx');
const { SubprocessWorker, WorkerPool } = require('offspring-rx/pool');
const { firstValueFrom } = require('rxjs');
${IN_BUNDLE}`;
/** Other bundlers are in test/consumers/. */
const BUNDLES = [
  { format: 'esm', kind: 'import', source: IMPORTS },
  { format: 'cjs', kind: 'require', source: REQUIRES },
  { format: 'cjs', kind: 'import', source: IMPORTS },
  { format: 'esm', kind: 'require', source: REQUIRES },
] as const;
const NAMES = ['rxjs', 'typescript', 'ts-node', 'tsx', '@types/node'];

describe('the packed tarball', function () {
  this.timeout(120_000);
  const temporary = temporaryFolder();
  let folder = '';
  let packed: Packed;
  const bin = (name: string) => path.join(folder, 'node_modules', name);
  const run = async (args: string[]) => {
    const { code, stdout, stderr } = await runNode(args, { cwd: folder }).ended;
    expect(stderr).to.equal('');
    expect(code, stdout).to.equal(0);
    return stdout.trim();
  };

  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'offspring consumer #1 é-'));
    packed = pack(folder);
    writeFileSync(path.join(folder, 'package.json'), '{ "private": true }');
    const local = NAMES.map(name => path.join(ROOT, 'node_modules', name));
    execFileSync(
      'npm',
      ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--offline', packed.tarball, ...local],
      {
        cwd: folder,
        stdio: 'ignore',
      },
    );
    mkdirSync(path.join(folder, 'src'));
    for (const [name, text] of Object.entries({
      'esm.mjs': ESM,
      'commonjs.cjs': COMMONJS,
      'pool.mjs': POOL_ESM,
      'pool.cjs': POOL_COMMONJS,
      'task.ts': TYPESCRIPT,
    })) {
      writeFileSync(path.join(folder, 'src', name), text);
    }
    const compilerOptions = {
      rootDir: 'src',
      module: 'node16',
      target: 'es2022',
      strict: true,
      types: ['node'],
      skipLibCheck: true,
    };
    writeFileSync(path.join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['src'] }));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  itInFull(`holds what is needed, and no more ${LONG}`, async () => {
    const files = packed.files.map(file => file.path);
    const unexpected = files.filter(
      file =>
        !/^(dist\/.*\.(m?js|d\.m?ts)|README\.md|LICENSE|CHANGELOG\.md|(dist\/child\/)?package\.json|docs\/.*\.(md|svg))$/.test(
          file,
        ) && !/^dist\/dashboard\/page\/[a-z]+\.(html|css|svg|txt)$/.test(file),
    );
    expect(unexpected).to.deep.equal([]);
    expect(files).to.include.members(['dist/index.js', 'dist/index.d.ts', 'README.md', 'LICENSE']);
    const installed = JSON.parse(readFileSync(path.join(bin('offspring-rx'), 'package.json'), 'utf8'));
    expect(installed.dependencies).to.equal(undefined);
    const { rxjs, ...optional } = installed.peerDependencies;
    expect(rxjs).to.equal('^7.8.0');
    expect(optional).to.deep.equal({
      '@opentelemetry/api': '^1.9.0',
      bullmq: '>=6',
      ink: '>=6',
      ioredis: '>=6',
      react: '>=19',
    });
    const meta = Object.keys(optional).map(name => [name, { optional: true }]);
    expect(installed.peerDependenciesMeta).to.deep.equal(Object.fromEntries(meta));
  });
  itInFull(`from ESM ${LONG}`, async () => {
    expect(await run(['src/esm.mjs'])).to.equal('hello esm');
  });
  itInFull(`from CommonJS ${LONG}`, async () => {
    expect(await run(['src/commonjs.cjs'])).to.equal('hello commonjs');
  });
  itInFull(`its pool, from ESM and from CommonJS ${LONG}`, async () => {
    expect(await run(['src/pool.mjs'])).to.equal('42');
    expect(await run(['src/pool.cjs'])).to.equal('42');
  });
  itInFull(`from ts-node, with its type check ${LONG}`, async () => {
    expect(await run(['-r', 'ts-node/register', 'src/task.ts'])).to.equal(
      'ready\nhello typescript completed\ncompleted',
    );
  });
  itInFull(`from tsx ${LONG}`, async () => {
    expect(await run([bin('tsx/dist/cli.mjs'), 'src/task.ts'])).to.equal(
      'ready\nhello typescript completed\ncompleted',
    );
  });
  for (const { format, kind, source } of BUNDLES) {
    itInFull(`bundled into one file, as ${format}, through ${kind} ${LONG}`, async () => {
      const file = `bundled/${format}-${kind}.${format === 'esm' ? 'mjs' : 'cjs'}`;
      const options = ['--bundle', '--platform=node', `--format=${format}`, '--minify', `--outfile=${file}`];
      execFileSync(path.join(ROOT, 'node_modules/.bin/esbuild'), [...options, '--log-level=warning'], {
        cwd: folder,
        input: source,
      });
      expect(await run([file])).to.equal('hello bundle 42');
      const alone = temporary.file(path.basename(file));
      copyFileSync(path.join(folder, file), alone);
      const { code, stderr } = await runNode([alone], { cwd: path.dirname(alone) }).ended;
      expect(code).to.equal(1);
      expect(stderr).to.match(
        /StateError\W.*offspring-rx is not installed where this bundle runs .*external: \['offspring-rx', 'rxjs'\]/,
      );
    });
  }
  itInFull(`compiled by tsc ${LONG}`, async () => {
    await run([bin('typescript/bin/tsc'), '-p', '.', '--outDir', 'out']);
    expect(await run(['out/task.js'])).to.equal('ready\nhello typescript completed\ncompleted');
  });
});
