/** Time from `new Task()` to the first line of `run()`, against the floor: a bare fork to its first message. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { AnySubprocess } from 'offspring-rx';
import { firstValueFrom } from 'rxjs';

// It makes Node 20 read certificates at its start, 50 ms of each process.
delete process.env['NODE_EXTRA_CA_CERTS'];

const ROUNDS = Number(process.argv[2] ?? 30);
const at = (name: string) => path.join(__dirname, 'start', name);

async function bareFork(module: string): Promise<number> {
  const start = performance.now();
  const child = fork(at('floor.cjs'), { serialization: 'advanced' });
  child.send(pathToFileURL(at(module)).href);
  await once(child, 'message');
  const time = performance.now() - start;
  await once(child, 'exit');
  return time;
}

/** The clock of process.hrtime is the same in every process of a machine. */
async function subprocess(Type: new () => AnySubprocess): Promise<number> {
  const start = process.hrtime.bigint();
  const task = new Type();
  const firstLine = (await firstValueFrom(task.message$)) as bigint;
  await task.wait();
  return Number(firstLine - start) / 1e6;
}

const sorted = (times: number[]) => [...times].sort((a, b) => a - b);
const quantile = (times: number[], q: number) => sorted(times)[Math.floor(q * (times.length - 1))] as number;

async function main(): Promise<void> {
  const commonjs = await import('./start/tasks.js');
  const esm = await import('./start/tasks-esm.mjs');
  const rows: [name: string, floor: string | null, measure: () => Promise<number>][] = [
    ['bare fork, CommonJS', null, () => bareFork('one-line.cjs')],
    ['Subprocess, CommonJS', 'bare fork, CommonJS', () => subprocess(commonjs.Answer)],
    ['SubprocessLoop, CommonJS', 'bare fork, CommonJS', () => subprocess(commonjs.AnswerLoop)],
    ['bare fork, ES module', null, () => bareFork('one-line-esm.mjs')],
    ['Subprocess, ES module', 'bare fork, ES module', () => subprocess(esm.Answer)],
    ['SubprocessLoop, ES module', 'bare fork, ES module', () => subprocess(esm.AnswerLoop)],
  ];
  const times = new Map(rows.map(([name]) => [name, [] as number[]]));
  console.log(`Node ${process.version}, ${ROUNDS} rounds, one of each in turn; ms\n`);
  for (let round = -2; round < ROUNDS; round++) {
    for (const [name, , measure] of rows) {
      const time = await measure();
      if (round >= 0) times.get(name)?.push(time);
    }
    if (process.stderr.isTTY) process.stderr.write(`\r${Math.max(0, round + 1)}/${ROUNDS} `);
  }
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
  console.log(`${'new to the first line of run'.padEnd(30)} median      p10      p90    ratio`);
  for (const [name, floor] of rows) {
    const own = times.get(name) as number[];
    const shown = [0.5, 0.1, 0.9].map(q => quantile(own, q).toFixed(1).padStart(8));
    const base = floor === null ? undefined : quantile(times.get(floor) as number[], 0.5);
    console.log(name.padEnd(28), ...shown, (base ? (quantile(own, 0.5) / base).toFixed(2) : '').padStart(8));
  }
}

void main();
