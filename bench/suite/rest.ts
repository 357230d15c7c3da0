/** Waits until the processes below this one have come to rest, so that no sample pays for what came before it. Linux's /proc. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** ms between two looks; what is at rest uses no processor time in between. */
const PAUSE = 20;
/** ms after which what still works will not come to rest. */
const DEADLINE = 5_000;

/** `nodes`: how many Node processes there have to be besides. */
export async function untilAtRest(nodes = 0): Promise<void> {
  const start = performance.now();
  let before = look();
  while (performance.now() - start < DEADLINE) {
    await sleep(PAUSE);
    const now = look();
    const quiet = now.every(
      ({ pid, state, ticks }) => state === 'S' && before.some(old => old.pid === pid && old.ticks === ticks),
    );
    if (quiet && now.length === before.length && now.filter(({ pid }) => isNode(pid)).length >= nodes) return;
    before = now;
  }
}

interface Process {
  pid: string;
  /** R running, S asleep, Z gone, and so on. */
  state: string;
  /** Processor time so far. */
  ticks: number;
}

/** Every process below this one. */
const look = (): Process[] => below('self').flatMap(pid => processOf(pid) ?? []);

function below(pid: string): string[] {
  const children = list(`/proc/${pid}/task`).flatMap(thread =>
    read(`/proc/${pid}/task/${thread}/children`).split(' ').filter(Boolean),
  );
  return [...children, ...children.flatMap(below)];
}

function processOf(pid: string): Process | undefined {
  const stat = read(`/proc/${pid}/stat`);
  if (stat === '') return undefined;
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return { pid, state: fields[0] ?? '', ticks: Number(fields[11]) + Number(fields[12]) };
}

function isNode(pid: string): boolean {
  try {
    return readlinkSync(`/proc/${pid}/exe`) === readlinkSync('/proc/self/exe');
  } catch {
    return false;
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return '';
  }
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
