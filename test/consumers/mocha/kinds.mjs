const inTestFile =
  /StartError: Greeting: the child .* could not load same-file\.test\..*move Greeting to a module of its own/;
const compilerOptions = { module: 'node16', target: 'es2022', strict: true, types: ['node'] };
const loader = name => ({
  name: `mocha, ${name}`,
  cases: { language: 'ts', format: 'cjs', runner: 'mocha' },
  files: { 'tsconfig.json': { compilerOptions } },
  runs: [['mocha', '--timeout', '30000', '-r', name, '*.test.ts']],
  cannot: { 'same file': inTestFile },
});

export default [
  loader('ts-node/register'),
  loader('tsx/cjs'),
  {
    name: 'mocha, JavaScript',
    cases: { language: 'js', format: 'esm', imports: '.mjs', ending: 'mjs', runner: 'mocha' },
    runs: [['mocha', '--timeout', '30000', '*.test.mjs']],
    cannot: { 'same file': inTestFile },
  },
];
