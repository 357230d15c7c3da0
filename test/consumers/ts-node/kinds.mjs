const base = { target: 'es2022', strict: true, types: ['node'] };
const common = { language: 'ts', format: 'cjs' };

export default [
  {
    name: 'ts-node, CommonJS',
    cases: common,
    files: { 'tsconfig.json': { compilerOptions: { ...base, module: 'node16' } } },
    run: entry => ['node', '-r', 'ts-node/register', `${entry}.ts`],
  },
  {
    name: 'the ts-node program, "module": "commonjs"',
    cases: common,
    files: { 'tsconfig.json': { compilerOptions: { ...base, module: 'commonjs', esModuleInterop: true } } },
    run: entry => ['ts-node', `${entry}.ts`],
  },
  {
    name: 'the ts-node program, with tsconfig-paths',
    cases: common,
    files: {
      'tsconfig.json': {
        compilerOptions: { ...base, module: 'commonjs', baseUrl: '.', paths: { '@own/*': ['./*'] } },
      },
      'paths.ts':
        "import { CASES } from '@own/cases';\nimport { record } from '@own/record';\nimport { Aliased } from '@own/aliased';\nimport { mustEqual } from '@own/record';\nvoid (async () => {\n  for (const [name, work] of Object.entries(CASES)) await record(name, work);\n  await record('an alias in the module of a task', async () => mustEqual(await new Aliased().result(), 3));\n})();\n",
      'aliased.ts':
        "import { Subprocess } from 'offspring-rx';\nimport { three } from '@own/three';\nexport class Aliased extends Subprocess {\n  override run(): number {\n    return three;\n  }\n}\n",
      'three.ts': 'export const three = 3;\n',
    },
    runs: [
      ['ts-node', '-r', 'tsconfig-paths/register', 'paths.ts'],
      ['ts-node', '-r', 'tsconfig-paths/register', 'same-file.ts'],
    ],
    more: ['an alias in the module of a task'],
  },
  {
    name: 'ts-node, ES modules',
    cases: { language: 'ts', format: 'esm', imports: '.js' },
    files: {
      'package.json': { type: 'module' },
      'tsconfig.json': { compilerOptions: { ...base, module: 'nodenext' } },
    },
    run: entry => ['node', '--no-warnings', '--enable-source-maps', '--loader', 'ts-node/esm', `${entry}.ts`],
    needs: '`--enable-source-maps`, for the lines of errors; without it, those of the parent are off as well',
  },
];
