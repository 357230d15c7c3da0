/** Programs under a watcher, which starts them again when a file has changed. */
const DRIVE = `import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { mustEqual, record } from './record.mjs';

const [, , command, ...args] = process.argv;
const watcher = spawn(command === 'node' ? process.execPath : command, [...args, 'watched.mjs'], { stdio: ['ignore', 'pipe', 'inherit'] });
const starts = [];
watcher.stdout.setEncoding('utf8').on('data', text => {
  for (const [, pid] of text.matchAll(/child (\\d+)/g)) starts.push(Number(pid));
});
const isAlive = pid => {
  try {
    return !readFileSync('/proc/' + pid + '/stat', 'utf8').includes(') Z ');
  } catch {
    return false;
  }
};
async function until(what, condition) {
  const deadline = Date.now() + 15_000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error('not within 15 s: ' + what);
    await sleep(20);
  }
}
await record('the children of an earlier start are gone', async () => {
  await until('the first start', () => starts.length === 1);
  // A watcher may begin to watch a little after the start: the file is written until it notices.
  const deadline = Date.now() + 15_000;
  while (starts.length < 2 && Date.now() < deadline) {
    writeFileSync('watched.mjs', readFileSync('watched.mjs'));
    await sleep(1_000);
  }
  await until('the first child is gone', () => starts.length > 1 && !isAlive(starts[0]));
  watcher.kill('SIGTERM');
  await once(watcher, 'exit');
  await until('all children are gone', () => starts.every(pid => !isAlive(pid)));
  mustEqual(starts.length > 1, true);
}, 50_000).catch(error => console.error(error));
watcher.kill('SIGKILL');
process.exit();
`;
const WATCHED = `import { Ticker } from './ticker.mjs';
const ticker = new Ticker(50);
ticker.event$.subscribe(({ type }) => {
  if (type === 'ready') console.log('child ' + ticker.process.pid);
});
ticker.message$.subscribe();
`;
const kind = command => ({
  name: command.join(' '),
  cases: { language: 'js', format: 'esm', ending: 'mjs', imports: '.mjs' },
  files: { 'drive.mjs': DRIVE, 'watched.mjs': WATCHED },
  runs: [
    ['node', 'drive.mjs', ...command],
    [...command.slice(0, 1), 'main.mjs'],
    [...command.slice(0, 1), 'same-file.mjs'],
  ],
  more: ['the children of an earlier start are gone'],
});

export default [kind(['node', '--watch']), kind(['tsx', 'watch'])];
