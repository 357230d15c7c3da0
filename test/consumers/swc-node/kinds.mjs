const base = { target: 'es2022', strict: true, types: ['node'], sourceMap: true };

export default [
  {
    name: '@swc-node/register, CommonJS',
    cases: { language: 'ts', format: 'cjs' },
    files: { 'tsconfig.json': { compilerOptions: { ...base, module: 'node16' } } },
    run: entry => ['node', '-r', '@swc-node/register', `${entry}.ts`],
  },
  {
    name: '@swc-node/register, ES modules',
    cases: { language: 'ts', format: 'esm', imports: '.js' },
    files: {
      'package.json': { type: 'module' },
      'tsconfig.json': { compilerOptions: { ...base, module: 'nodenext' } },
    },
    run: entry => ['node', '--enable-source-maps', '--import', '@swc-node/register/esm-register', `${entry}.ts`],
    needs: '`--enable-source-maps`, for the lines of errors; without it, those of the parent are off as well',
  },
];
