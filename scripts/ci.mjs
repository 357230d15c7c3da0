/**
 * What `.ci/run` does: installs what is needed, runs `npm test`, and then each of STEPS, the most telling first, all
 * within twenty minutes. A step for which the time left does not suffice is left out, and a line names it.
 *
 *   node scripts/ci.mjs [--minutes 20]
 *
 * Prints the closing lines of each run, the table of projects, what was not tested and why, and the sum; and before them
 * the log of what has failed. Exits with 0 only if nothing has failed. The steps run too if some tests of `npm test`
 * failed, so that one run tells of all failures; if that did not get as far as its tests, they do not.
 */
import { spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/**
 * What a step takes, as a multiple of the time of `npm test`, on two cores. So the time of `npm test` in this run tells
 * what the steps will take on this machine. The closing lines of a run tell what they took.
 */
const STEPS = [
  { command: 'npm run test:consumers', cost: 0.5 },
  { command: 'npm run test:dashboard', cost: 0.4 },
  { command: 'npm run test:containers', cost: 0.3 },
  { command: 'npm run test:posix', cost: 0.2 },
  { command: 'npm run test:docs', cost: 0.8 },
  { command: 'npm run test:core', cost: 0.2 },
  { command: 'npm run test:windows -- --quick', cost: 0.7 },
  { command: 'npm run test:long', cost: 5 },
];

/** How a run of mocha closes. Without such a line it did not get as far as its tests. */
const CLOSING = /^ +\d+ (passing|failing|pending)/;
const WORTH_TELLING = new RegExp(`${CLOSING.source}| by Node |NOT TESTED|LEFT OUT|FAILED by|: FAILS|^\\| `);
/** A test that failed, in the log of a run that was ended before it closed. */
const FAILED_TEST = /^ +\d+\) /m;

const { minutes } = parseArgs({ options: { minutes: { type: 'string', default: '20' } } }).values;
/** A hundredth of the time is kept for a step to end once its time is over, in ms. */
const GRACE = (minutes * 60_000) / 100;
const endsAt = performance.now() + minutes * 60_000 - GRACE;
const secondsLeft = () => Math.max(0, (endsAt - performance.now()) / 1_000);

const folder = mkdtempSync(path.join(tmpdir(), 'offspring-ci-'));
const told = [];
let hasFailed = false;
let running;

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.once(signal, () => {
    if (running) end('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
    process.kill(process.pid, signal);
  });
}

/** The command has a process group of its own, so that all that it has started ends with it. */
function end(signal) {
  try {
    process.kill(-running.pid, signal);
  } catch {
    // It has just ended.
  }
}

/** Resolves with how the command went, how many s it took, and what it has written. It ends when the time is over. */
async function run(command) {
  const start = performance.now();
  const log = path.join(folder, 'log');
  const output = openSync(log, 'w');
  running = spawn(command, { cwd: ROOT, shell: true, detached: true, stdio: ['ignore', output, output] });
  closeSync(output);
  let isEnded = false;
  const timers = [0, GRACE].map(later =>
    setTimeout(
      () => {
        isEnded = true;
        end(later === 0 ? 'SIGTERM' : 'SIGKILL');
      },
      endsAt - start + later,
    ),
  );
  const code = await new Promise(resolve => running.once('exit', resolve));
  if (isEnded) end('SIGKILL');
  running = undefined;
  for (const timer of timers) clearTimeout(timer);
  return { code, isEnded, seconds: (performance.now() - start) / 1_000, text: readFileSync(log, 'utf8') };
}

/** The whole log of what has failed is printed at once, the lines that are worth telling at the end. */
function report(command, { code, isEnded, seconds, text }) {
  const isFailure = isEnded ? FAILED_TEST.test(text) : code !== 0;
  if (isFailure) {
    hasFailed = true;
    console.log(text);
  }
  const outcome = isEnded ? 'was ended' : isFailure ? 'failed' : 'went well';
  const line = `${command} ${outcome} after ${Math.round(seconds)} s`;
  console.log(line);
  told.push(line, ...text.split('\n').filter(each => WORTH_TELLING.test(each)));
  if (isEnded) told.push(`NOT TESTED to its end: ${command}, since the ${minutes} minutes were over`);
}

report('npm ci', await run('npm ci'));
if (!hasFailed) {
  const test = await run('npm test');
  report('npm test', test);
  if (test.isEnded) hasFailed = true;
  const hasReachedItsTests = test.text.split('\n').some(line => CLOSING.test(line));
  for (const { command, cost } of hasReachedItsTests ? STEPS : []) {
    const needed = cost * test.seconds;
    const left = secondsLeft();
    if (needed < left) {
      report(command, await run(command));
      continue;
    }
    const [took, takes, has] = [test.seconds, needed, left].map(Math.round);
    const why = `since npm test took ${took} s here: it would take about ${takes} s`;
    told.push(`NOT TESTED: ${command}, ${why}, and ${has} s are left of the ${minutes} minutes`);
  }
}

const sum = outcome =>
  told
    .map(line => new RegExp(`^ +(\\d+) ${outcome}`).exec(line)?.[1] ?? 0)
    .reduce((total, count) => total + Number(count), 0);
console.log(`\n${told.join('\n')}\n${sum('passing')} passed, ${sum('failing')} failed`);
rmSync(folder, { recursive: true, force: true });
process.exitCode = hasFailed ? 1 : 0;
