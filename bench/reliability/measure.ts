/** Ends a sacrificial parent in a way, and measures when its children are gone. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { MARK, marked } from '../soak/world';

export interface Way {
  name: string;
  /** What the parent does when it is told to. */
  way: 'runsOut' | 'exits' | 'throws' | 'rejects' | 'waits';
  /** What is sent to it. */
  signals?: NodeJS.Signals[];
  /** The code or signal that it would have ended with without the library. */
  expected: number | NodeJS.Signals;
}

export interface Ended {
  /** Of each child that the parent has made, ms from the end's cause until it was gone. */
  children: { kind: string; time: number }[];
  /** The same for the last of all processes below the parent, and the parent. */
  time: number;
  /** What the children noted. */
  notes: string[];
  /** The code or signal that the parent ended with. */
  parent: number | NodeJS.Signals | null;
  /** What still ran long after. */
  survivors: string[];
  /** Whether all was over before the second signal. */
  beforeSecond: boolean;
}

/** ms between two signals: more than what the library takes for the same one. */
const SECOND = 600;
/** ms after which what still runs will not go by itself. */
const DEADLINE = 15_000;

let runs = 0;

/** `delay`: ms from when all are at work to the end. Calls `onFirstGone` when only what ignores SIGTERM is left. */
export async function measure(
  kinds: string[],
  { way, signals = [] }: Way,
  { delay = 0, onQuick = () => {} }: { delay?: number; onQuick?: () => void } = {},
): Promise<Ended> {
  const folder = mkdtempSync(path.join(tmpdir(), 'offspring-'));
  const log = path.join(folder, 'log');
  const run = `${process.pid}-${++runs}`;
  const parent = spawn(process.execPath, [path.join(__dirname, 'parent.js'), kinds.join(','), way, log], {
    stdio: ['pipe', 'pipe', 'ignore'],
    env: { ...process.env, [MARK]: run },
  });
  const exit = once(parent, 'exit').then(([code, signal]) => ({ end: code ?? signal, at: performance.now() }));
  parent.stdin.on('error', () => {});
  const [line] = await Promise.race([
    once(createInterface(parent.stdout), 'line'),
    exit.then(() => Promise.reject(new Error(`the parent of ${kinds} ended before its time`))),
  ]);
  const children = (JSON.parse(line as string) as { kind: string; pid: number }[]).map(child => ({
    ...child,
    time: -1,
  }));
  const below = marked(run).map(({ pid }) => pid);
  await sleep(delay);

  let start = performance.now();
  parent.stdin.write('go\n');
  for (const [index, signal] of signals.entries()) {
    if (index > 0) {
      await Promise.race([exit, sleep(SECOND)]);
      if (parent.exitCode !== null || parent.signalCode !== null) break;
      start = performance.now();
    }
    parent.kill(signal);
  }
  const beforeSecond = signals.length > 1 && (parent.exitCode !== null || parent.signalCode !== null);

  const waiting = new Set(below);
  let last = start;
  let quick = false;
  while (waiting.size > 0 && performance.now() - start < DEADLINE) {
    for (const pid of waiting) {
      if (isRunning(pid)) continue;
      waiting.delete(pid);
      last = performance.now();
      const child = children.find(each => each.pid === pid);
      if (child) child.time = last - start;
    }
    if (!quick && children.every(({ kind, time }) => time >= 0 || kind.toLowerCase().includes('stubborn'))) {
      quick = true;
      onQuick();
    }
    await sleep(2);
  }
  const { end, at } = await exit;
  // What was made since, or hid.
  let rest = marked(run);
  while (rest.length > 0 && performance.now() - start < DEADLINE) {
    await sleep(10);
    rest = marked(run);
    last = performance.now();
  }
  for (const { pid } of rest) process.kill(pid, 'SIGKILL');
  const notes = read(log).split('\n').filter(Boolean);
  rmSync(folder, { recursive: true });
  return {
    children,
    time: Math.max(last, at) - start,
    notes,
    parent: end,
    survivors: rest.map(({ command }) => command),
    beforeSecond,
  };
}

/** A zombie is gone. */
function isRunning(pid: number): boolean {
  const stat = read(`/proc/${pid}/stat`);
  return stat !== '' && !'ZX'.includes(stat.charAt(stat.lastIndexOf(')') + 2));
}

function read(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return '';
  }
}
