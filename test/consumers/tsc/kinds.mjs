const kind = (name, format, compilerOptions) => ({
  name: `tsc, ${name}`,
  cases: { language: 'ts', format, imports: '.js' },
  files: {
    'package.json': { type: format === 'esm' ? 'module' : 'commonjs' },
    'tsconfig.json': {
      compilerOptions: {
        target: 'es2022',
        strict: true,
        noImplicitOverride: true,
        sourceMap: true,
        types: ['node'],
        rootDir: '.',
        outDir: 'out',
        ...compilerOptions,
      },
      exclude: ['out'],
    },
  },
  prepare: [['tsc']],
  run: entry => ['node', '--enable-source-maps', `out/${entry}.js`],
});

export default [kind('ES modules', 'esm', { module: 'nodenext' }), kind('CommonJS', 'cjs', { module: 'node16' })];
