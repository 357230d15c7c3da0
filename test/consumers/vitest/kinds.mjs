/** Vitest 4, in each of its pools. Without a loader in Node 20, the child takes the installed tsx. */
const inTestFile =
  /StartError: Greeting: the child .* could not load same-file\.test\..*move Greeting to a module of its own/;

export const kindsOf = vitest => [
  ...['forks', 'threads', 'vmThreads'].map((pool, at) => ({
    name: `${vitest}, TypeScript, ${pool}`,
    cases: { language: 'ts', format: 'esm', imports: ['', '.js', '.ts'][at], runner: 'vitest' },
    files: { 'package.json': { type: 'module' } },
    runs: [['vitest', 'run', `--pool=${pool}`]],
    cannot: { 'same file': inTestFile },
    isLong: pool === 'vmThreads',
  })),
  {
    name: `${vitest}, JavaScript`,
    cases: { language: 'js', format: 'esm', imports: '.js', runner: 'vitest' },
    files: { 'package.json': { type: 'module' } },
    runs: [['vitest', 'run']],
    cannot: { 'same file': inTestFile },
    isLong: true,
  },
];

export default kindsOf('Vitest 4');
