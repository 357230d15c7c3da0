/**
 * What TypeScript costs at each start of a child: from `new` to the first line of `run()`, for each way to run TypeScript
 * that is installed here, and by this Node. Prints a table for docs/typescript.md. Needs a build (`npm run build`).
 *
 *   node bench/typescript-starts.mjs [<rounds>]
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const ROUNDS = Number(process.argv[2] ?? 7);

const task = `
import { Subprocess } from 'offspring-rx';
export class Task extends Subprocess<[from: number], number> {
  from = 0;
  override init(from: number) { this.from = from; }
  override run() { return performance.timeOrigin + performance.now() - this.from; }
}
export class Spared extends Task { static override SPARES = 1; }
`;
const main = ending => `
import { setTimeout as sleep } from 'node:timers/promises';
import { Spared, Task } from './task${ending}';
const now = () => performance.timeOrigin + performance.now();
async function measure() {
  await new Task(now()).result(); // the first start also loads the library
  const cold = await new Task(now()).result();
  await new Spared(now()).result(); // orders a spare
  await sleep(3_000);
  console.log(JSON.stringify({ cold, spare: await new Spared(now()).result() }));
}
void measure();
`;

const folder = mkdtempSync(path.join(tmpdir(), 'offspring-typescript-'));
const inFolder = name => path.join(folder, name);
const write = (name, text) => {
  mkdirSync(path.dirname(inFolder(name)), { recursive: true });
  writeFileSync(inFolder(name), text);
};
mkdirSync(inFolder('node_modules/@types'), { recursive: true });
for (const name of ['rxjs', 'tsx', 'ts-node', 'typescript', '@types/node'])
  symlinkSync(path.join(ROOT, 'node_modules', name), inFolder(`node_modules/${name}`));
symlinkSync(ROOT, inFolder('node_modules/offspring-rx'));
const compilerOptions = { target: 'es2022', module: 'node16', types: ['node'], skipLibCheck: true };
write('package.json', '{ "type": "commonjs" }');
write('tsconfig.json', JSON.stringify({ compilerOptions, 'ts-node': { transpileOnly: true } }));
write('main.ts', main(''));
write('task.ts', task);
write('stripped/package.json', '{ "type": "module" }');
write('stripped/main.ts', main('.ts'));
write('stripped/task.ts', task);
const tsc = path.join(ROOT, 'node_modules/typescript/bin/tsc');
execFileSync(
  process.execPath,
  [tsc, '--outDir', 'compiled', 'main.ts', '--ignoreConfig', ...optionsOf(compilerOptions)],
  {
    cwd: folder,
  },
);

function optionsOf(options) {
  return Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
}

const ways = {
  'compiled by tsc': ['compiled/main.js'],
  'stripped by Node (`node task.ts`)': ['stripped/main.ts'],
  'ts-node, without a type check': ['-r', 'ts-node/register', 'main.ts'],
  tsx: ['--import', 'tsx', 'main.ts'],
};
const samples = Object.fromEntries(Object.keys(ways).map(name => [name, []]));
for (let round = 0; round < ROUNDS; round++) {
  for (const [name, args] of Object.entries(ways)) {
    const { stdout, status } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
    if (status === 0) samples[name].push(JSON.parse(stdout));
  }
}
rmSync(folder, { recursive: true });

const median = list => list.sort((a, b) => a - b)[list.length >> 1];
console.log(`Node ${process.version}, ${ROUNDS} rounds, ms: median (least)\n`);
for (const [name, list] of Object.entries(samples)) {
  if (list.length === 0) continue;
  const [cold, spare] = ['cold', 'spare'].map(key => list.map(sample => sample[key]));
  const told = values => `${median(values).toFixed(1)} (${values[0].toFixed(1)})`;
  console.log(`| ${name} | ${told(cold)} | ${told(spare)} |`);
}
