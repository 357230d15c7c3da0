/** Runs a command, with a limit, and looks for processes that it has left. */
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Milliseconds: after that, a command hangs. */
export const LIMIT = 60_000;
/** How long what a command has started may take to end after it, in ms. */
const GRACE = 3_000;
/** A variable that every process of a command inherits. */
const MARK = 'OFFSPRING_CONSUMER';

/** Whether this system tells which processes are left. */
export const tellsLeft = process.platform === 'linux';

/**
 * Runs `command` in `cwd`. `node` is the program that the names `node` and `npx` mean. Resolves with the exit code, the
 * output, whether it was ended because it took too long, and the command lines of the processes that it has left.
 */
export async function runCommand([name, ...args], { cwd, node = process.execPath, env = {}, limit = LIMIT }) {
  const mark = randomUUID();
  const paths = [path.dirname(node), ...binFolders(cwd), process.env.PATH];
  const child = spawn(name === 'node' ? node : name, args, {
    cwd,
    env: {
      ...process.env,
      CI: undefined,
      FORCE_COLOR: undefined,
      NO_COLOR: '1',
      NODE_OPTIONS: undefined,
      PATH: paths.join(path.delimiter),
      [MARK]: mark,
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', text => {
      output += text;
    });
  }
  let hangs = false;
  const timer = setTimeout(() => {
    hangs = true;
    for (const { pid } of marked(mark)) end(pid);
    child.kill('SIGKILL');
  }, limit);
  const code = await new Promise(resolve => {
    child.on('error', error => resolve(error.message));
    child.on('exit', (exitCode, signal) => resolve(exitCode ?? signal));
  });
  clearTimeout(timer);
  const deadline = Date.now() + GRACE;
  while (marked(mark).length > 0 && Date.now() < deadline) await sleep(50);
  const left = marked(mark);
  for (const { pid } of left) end(pid);
  child.stdout.destroy();
  child.stderr.destroy();
  return { code, output, hangs, left: left.map(each => each.command) };
}

/** The folders of programs that the packages of a project bring, the nearest first. */
function binFolders(cwd) {
  const parent = path.dirname(cwd);
  const own = path.join(cwd, 'node_modules', '.bin');
  return parent === cwd ? [own] : [own, ...binFolders(parent)];
}

function end(pid) {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {}
}

function marked(mark) {
  if (!tellsLeft) return [];
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .flatMap(pid => {
      try {
        if (!readFileSync(`/proc/${pid}/environ`, 'latin1').includes(`${MARK}=${mark}`)) return [];
        return [{ pid: Number(pid), command: readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ') }];
      } catch {
        return [];
      }
    });
}
