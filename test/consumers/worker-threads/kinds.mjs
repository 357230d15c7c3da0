/** Tasks that a worker thread starts, and what is left of them when the thread ends. */
const THREAD = `import { Worker } from 'node:worker_threads';
const [, , file] = process.argv;
new Worker(new URL(file, import.meta.url), { stdout: false });
`;
const LEFT = `import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { firstValueFrom } from 'rxjs';
import { mustEqual, record } from './record.mjs';
import { Ticker } from './ticker.mjs';

const stateOf = pid => {
  try {
    return readFileSync('/proc/' + pid + '/stat', 'utf8').split(') ')[1][0];
  } catch {
    return 'gone';
  }
};
/** The state of a process that a thread has made, when it has been gone long enough after the thread. */
const stateAfter = async what => {
  const worker = new Worker(new URL(import.meta.url), { workerData: what });
  const [pid] = await once(worker, 'message');
  await worker.terminate();
  const deadline = Date.now() + 8_000;
  while (!/^(Z|gone)$/.test(stateOf(pid))) {
    if (Date.now() > deadline) break;
    await sleep(20);
  }
  await sleep(500);
  return stateOf(pid);
};
if (isMainThread) {
  const [task, plain] = [await stateAfter('task'), await stateAfter('plain')];
  await record('terminate() of the thread ends the child', async () => mustEqual(/^(Z|gone)$/.test(task), true));
  await record('no zombie after terminate()', async () => {
    if (task !== 'gone') throw new Error(plain === 'Z' ? 'Node leaves one of every process of that thread' : task);
  }).catch(() => {});
} else if (workerData === 'plain') {
  const child = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 500)']);
  parentPort.postMessage(child.pid);
  setInterval(() => {}, 1_000);
} else {
  const ticker = new Ticker(50);
  await firstValueFrom(ticker.iteration$);
  parentPort.postMessage(ticker.process.pid);
  setInterval(() => {}, 1_000);
}
`;

export default [
  {
    name: 'worker threads',
    cases: { language: 'js', format: 'esm', ending: 'mjs', imports: '.mjs' },
    files: { 'thread.mjs': THREAD, 'left.mjs': LEFT },
    runs: [
      ['node', 'thread.mjs', './main.mjs'],
      ['node', 'thread.mjs', './same-file.mjs'],
      ['node', 'left.mjs'],
    ],
    more: ['terminate() of the thread ends the child', 'no zombie after terminate()'],
    cannot: { 'no zombie after terminate()': /Node leaves one of every process of that thread/ },
  },
];
