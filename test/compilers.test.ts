/** The types of the package are the same for every compiler and module system. */
import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { ROOT } from './support/fixture';
import { LONG, rows } from './support/long';
import { pack, unpack } from './support/packed';
import { runNode } from './support/script';

/** Compilers that only the long tests need. */
const MORE_COMPILERS = path.join(ROOT, 'test', 'compilers');
const { devDependencies: moreCompilers } = JSON.parse(readFileSync(path.join(MORE_COMPILERS, 'package.json'), 'utf8'));

/** The version that builds this library. */
const OWN = '6.0';
const OTHERS = Object.keys(moreCompilers).map(name => name.replace('typescript-', ''));
/** `npm run test:long` tries the oldest and the newest, and `npm run test:compilers` each. */
const isEvery = process.env['OFFSPRING_TEST_COMPILERS'] !== undefined;
const COMPILERS = [OWN, ...OTHERS.filter((_, at) => isEvery || at === 0 || at === OTHERS.length - 1)];

/** A folder of sources is of one module format; see its package.json. */
type Format = 'commonjs' | 'module';

interface Resolution {
  module: string;
  moduleResolution: string;
  formats: Format[];
  /** The first version of TypeScript that has it, and the first one that has it no more. */
  from?: number;
  below?: number;
}

const RESOLUTIONS: Resolution[] = [
  { module: 'commonjs', moduleResolution: 'node10', formats: ['commonjs'], below: 7 },
  { module: 'es2022', moduleResolution: 'node10', formats: ['module'], below: 7 },
  { module: 'node16', moduleResolution: 'node16', formats: ['commonjs', 'module'] },
  { module: 'nodenext', moduleResolution: 'nodenext', formats: ['commonjs', 'module'] },
  { module: 'esnext', moduleResolution: 'bundler', formats: ['module'] },
  { module: 'commonjs', moduleResolution: 'bundler', formats: ['commonjs'], from: 6 },
];

const OPTIONS = {
  noEmit: true,
  strict: true,
  target: 'es2022',
  lib: ['es2022'],
  types: ['node'],
  noImplicitOverride: true,
  noUncheckedIndexedAccess: true,
  exactOptionalPropertyTypes: true,
};

interface Row extends Resolution {
  compiler: string;
}

/** Without `skipLibCheck`, which changes no type: it only leaves out what is wrong in the declarations. */
const TABLE: Row[] = COMPILERS.flatMap(compiler =>
  RESOLUTIONS.filter(({ from = 0, below = 99 }) => from <= Number(compiler) && Number(compiler) < below).map(
    resolution => ({ ...resolution, compiler }),
  ),
);

const programOf = (compiler: string) =>
  compiler === OWN
    ? path.join(ROOT, 'node_modules', 'typescript')
    : path.join(MORE_COMPILERS, 'node_modules', `typescript-${compiler}`);

const optionsOf = ({ compiler, module, moduleResolution }: Row) => ({
  ...OPTIONS,
  module,
  moduleResolution,
  ...(Number(compiler) === 6 && moduleResolution === 'node10' && { ignoreDeprecations: '6.0' }),
});

describe('the types of the package', function () {
  this.timeout(300_000);
  let folder = '';
  const filesOf = ({ formats }: Row) =>
    formats.flatMap(format =>
      readdirSync(path.join(folder, format))
        .filter(file => file.endsWith('.ts'))
        .map(file => path.join(folder, format, file)),
    );
  const nameOf = ({ module, moduleResolution, formats }: Row) =>
    `${moduleResolution}, ${module}, files of ${formats.join(' and ')}`;

  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'offspring-compilers-'));
    unpack(pack(folder).tarball, folder);
    const modules = path.join(folder, 'node_modules');
    mkdirSync(path.join(modules, '@types'));
    for (const name of ['rxjs', '@types/node', 'bullmq', 'ioredis']) {
      symlinkSync(path.join(ROOT, 'node_modules', name), path.join(modules, name), 'junction');
    }
    const sources = path.join(ROOT, 'test', 'types');
    for (const type of ['commonjs', 'module']) {
      mkdirSync(path.join(folder, type));
      writeFileSync(path.join(folder, type, 'package.json'), JSON.stringify({ type }));
      for (const file of readdirSync(sources)) copyFileSync(path.join(sources, file), path.join(folder, type, file));
    }
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  // In `npm test`, test/package.test.ts looks at the types by attw, node10 included.
  const picked = rows(TABLE, () => false);
  for (const compiler of COMPILERS.filter(each => picked.some(row => row.compiler === each))) {
    const own = picked.filter(row => row.compiler === compiler);

    it(`are right for TypeScript ${compiler}, in each of its module systems ${LONG}`, async () => {
      const program = programOf(compiler);
      if (!existsSync(program)) installCompilers();
      expect(JSON.parse(readFileSync(path.join(program, 'package.json'), 'utf8')).version).to.match(
        new RegExp(`^${compiler}\\.`),
      );
      const found = Number(compiler) < 7 ? await byApi(program, own) : await byCommand(program, own);
      expect(found).to.deep.equal(Object.fromEntries(own.map(row => [nameOf(row), []])));
    });
  }

  function installCompilers() {
    execFileSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel', 'error'], {
      cwd: MORE_COMPILERS,
      stdio: 'pipe',
      shell: process.platform === 'win32',
    });
  }

  /** What a compiler finds in each row: by its API, which need not check the declarations of Node and rxjs again. */
  async function byApi(program: string, own: Row[]): Promise<Record<string, string[]>> {
    const projects = own.map(row => ({ options: optionsOf(row), files: filesOf(row) }));
    const script = path.join(ROOT, 'test', 'support', 'compile.cjs');
    const { code, stdout, stderr } = await runNode([script, program], { cwd: folder, input: JSON.stringify(projects) })
      .ended;
    expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' });
    const found = JSON.parse(stdout) as string[][];
    return Object.fromEntries(own.map((row, at) => [nameOf(row), found[at] as string[]]));
  }

  /** The same by its command: TypeScript 7 has no such API. */
  async function byCommand(program: string, own: Row[]): Promise<Record<string, string[]>> {
    const found: Record<string, string[]> = {};
    for (const row of own) {
      const project = path.join(folder, 'tsconfig.json');
      writeFileSync(project, JSON.stringify({ compilerOptions: optionsOf(row), files: filesOf(row) }));
      const { code, stdout } = await runNode([path.join(program, 'bin', 'tsc'), '-p', project], { cwd: folder }).ended;
      found[nameOf(row)] = code === 0 ? [] : stdout.split('\n').filter(Boolean);
    }
    return found;
  }
});
