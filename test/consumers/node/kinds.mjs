/** Programs without any tool: JavaScript, and TypeScript whose types Node strips. */
const strip = {
  since: '22.18.0',
  before: 'Node 20, and Node 22 before 22.18, do not strip types.',
};

export default [
  {
    name: 'ES modules',
    cases: { language: 'js', format: 'esm', ending: 'mjs', imports: '.mjs' },
    run: entry => ['node', `${entry}.mjs`],
  },
  {
    name: 'CommonJS',
    cases: { language: 'js', format: 'cjs', ending: 'cjs', imports: '.cjs' },
    run: entry => ['node', `${entry}.cjs`],
  },
  {
    name: 'types stripped by Node',
    cases: { language: 'ts', format: 'esm', imports: '.ts' },
    files: { 'package.json': { type: 'module' } },
    run: entry => ['node', `${entry}.ts`],
    ...strip,
  },
  {
    name: 'types stripped by Node, no "type" in package.json',
    cases: { language: 'ts', format: 'esm', imports: '.ts' },
    run: entry => ['node', `${entry}.ts`],
    ...strip,
  },
  {
    name: 'node --test',
    cases: { language: 'js', format: 'esm', ending: 'mjs', imports: '.mjs', runner: 'node:test' },
    runs: [['node', '--test']],
  },
];
