/** Jest, with each of its transforms. */
const inTestFile =
  /StartError: Greeting: the child .* could not load same-file\.test\..*move Greeting to a module of its own/;
const ts = { language: 'ts', runner: 'jest' };
const compilerOptions = { target: 'es2022', strict: true, esModuleInterop: true, types: ['node', 'jest'] };
const presets = [['@babel/preset-env', { targets: { node: 'current' } }], '@babel/preset-typescript'];
const swc = { target: 'es2022', parser: { syntax: 'typescript' } };
const kind = (name, cases, transform, more = {}) => ({
  name: `Jest, ${name}`,
  cases,
  files: {
    'package.json': {
      type: cases.format === 'esm' ? 'module' : 'commonjs',
      // Jest takes what a test file has set on the global scope, also from a task that is still on its way out.
      jest: { transform, testEnvironmentOptions: { globalsCleanup: 'on' }, ...more.jest },
    },
    'tsconfig.json': { compilerOptions: { module: 'node16', ...compilerOptions, ...more.compilerOptions } },
  },
  runs: [['jest']],
  cannot: { 'same file': inTestFile },
  ...(cases.format === 'esm' && { env: { NODE_OPTIONS: '--experimental-vm-modules' } }),
  isLong: more.isLong ?? false,
});
const esm = { extensionsToTreatAsEsm: ['.ts'] };

export default [
  kind('ts-jest', { ...ts, format: 'cjs' }, { '\\.ts$': ['ts-jest', {}] }),
  kind('@swc/jest', { ...ts, format: 'cjs' }, { '\\.ts$': ['@swc/jest', { jsc: swc }] }),
  kind('babel-jest', { ...ts, format: 'cjs' }, { '\\.ts$': ['babel-jest', { presets }] }, { isLong: true }),
  kind('JavaScript', { language: 'js', format: 'cjs', runner: 'jest' }, {}, { isLong: true }),
  kind(
    'ts-jest, ES modules',
    { ...ts, format: 'esm', imports: '.ts' },
    { '\\.ts$': ['ts-jest', { useESM: true, diagnostics: false }] },
    {
      jest: esm,
      compilerOptions: {
        module: 'esnext',
        moduleResolution: 'bundler',
        allowImportingTsExtensions: true,
        noEmit: true,
        isolatedModules: true,
      },
      isLong: true,
    },
  ),
  kind(
    '@swc/jest, ES modules',
    { ...ts, format: 'esm', imports: '.ts' },
    { '\\.ts$': ['@swc/jest', { jsc: swc, module: { type: 'es6' } }] },
    { jest: esm, isLong: true },
  ),
  kind(
    'JavaScript, ES modules',
    { language: 'js', format: 'esm', imports: '.js', runner: 'jest' },
    {},
    { isLong: true },
  ),
];
