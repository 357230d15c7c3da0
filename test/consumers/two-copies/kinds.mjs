/** An application, and a library with copies of the package and of RxJS of its own. */
const APP = `import { firstValueFrom, from, take, toArray } from 'rxjs';
import { fromSubprocess, isRemoteError, Subprocess } from 'offspring-rx';
import { mapInSubprocess } from 'offspring-rx/pool';
import { supervise } from 'offspring-rx/supervise';
import { Breaks, Cube, Ticker } from './lib/index.mjs';
import { mustEqual, record } from './record.mjs';

await record('tasks of the other copy', async () => {
  mustEqual(await firstValueFrom(fromSubprocess(() => new Ticker(20)).pipe(take(1))), 'open');
  mustEqual((await firstValueFrom(supervise(() => new Ticker(20)).pipe(take(1)))).type, 'started');
  const cubes = from([1, 2]).pipe(mapInSubprocess(Cube, { workers: 1, args: [0] }), toArray());
  mustEqual(await firstValueFrom(cubes), [1, 8]);
  mustEqual(isRemoteError(await new Breaks().result().catch(error => error)), true);
});
await record('shutdownAll() across the copies', async () => {
  const ticker = new Ticker(20);
  await firstValueFrom(ticker.ready$);
  mustEqual((await Subprocess.shutdownAll()).map(({ reason }) => reason), ['stopped']);
});
`;
const COPY = `import { cpSync, mkdirSync, readdirSync } from 'node:fs';
mkdirSync('lib/node_modules', { recursive: true });
for (const name of ['offspring-rx', 'rxjs', 'tslib']) cpSync('../node_modules/' + name, 'lib/node_modules/' + name, { recursive: true });
for (const file of readdirSync('.').filter(name => /^(area|breaks|cube|ticker)/.test(name))) cpSync(file, 'lib/' + file);
`;
const cases = ['area', 'breaks', 'cube', 'ticker'];

export default [
  {
    name: 'two copies of the package and of RxJS',
    cases: { language: 'js', format: 'esm', ending: 'mjs', imports: '.mjs' },
    files: {
      'lib/index.mjs': cases.map(name => `export * from './${name}.mjs';\n`).join(''),
      'app.mjs': APP,
      'copy.mjs': COPY,
    },
    prepare: [['node', 'copy.mjs']],
    runs: [
      ['node', 'app.mjs'],
      ['node', 'main.mjs'],
      ['node', 'same-file.mjs'],
    ],
    more: ['tasks of the other copy', 'shutdownAll() across the copies'],
  },
];
