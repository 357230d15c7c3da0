export default [
  {
    name: 'tsx, ES modules',
    cases: { language: 'ts', format: 'esm', imports: '.js' },
    files: { 'package.json': { type: 'module' } },
    run: entry => ['tsx', `${entry}.ts`],
  },
  {
    name: 'tsx, CommonJS',
    cases: { language: 'ts', format: 'cjs' },
    files: { 'package.json': { type: 'commonjs' } },
    run: entry => ['tsx', `${entry}.ts`],
  },
];
