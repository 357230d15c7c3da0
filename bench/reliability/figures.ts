/** The figures beside the table. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import type { World } from '../soak/world';
import { type Ended, measure, type Way } from './measure';

const TEN = ['idle', 'idle', 'idle', 'busy', 'busy', 'asleep', 'asleep', 'asleep', 'stubborn', 'busyStubborn'];
const SIGKILL: Way = { name: 'SIGKILL', way: 'waits', signals: ['SIGKILL'], expected: 'SIGKILL' };

export interface Kills {
  rounds: number;
  survivors: number;
  /** ms until each was gone, by kind. */
  times: Record<string, number[]>;
  /** How many loops there were, and how many ran end(). */
  loops: number;
  ends: number;
}

/** A parent with ten children is killed, so many times; the next one starts while what ignores SIGTERM has its grace. */
export async function measureKills(rounds: number, onStep: (done: number, of: number) => void): Promise<Kills> {
  const running: Promise<Ended>[] = [];
  for (let round = 0; round < rounds; round++) {
    await new Promise<void>((resolve, reject) => {
      const ended = measure(TEN, SIGKILL, { delay: round % 50, onQuick: resolve });
      ended.then(() => resolve(), reject);
      running.push(ended);
    });
    onStep(round + 1, rounds);
  }
  const ended = await Promise.all(running);
  const times: Record<string, number[]> = {};
  for (const { kind, time } of ended.flatMap(({ children }) => children)) {
    times[kind] ??= [];
    times[kind].push(time < 0 ? Number.POSITIVE_INFINITY : time);
  }
  return {
    rounds,
    survivors: ended.reduce((sum, { survivors }) => sum + survivors.length, 0),
    times,
    loops: rounds * TEN.filter(kind => kind === 'asleep').length,
    ends: ended.reduce((sum, { notes }) => sum + notes.length, 0),
  };
}

export interface Sequence {
  count: number;
  before: World;
  after: World;
  each: number;
}

export interface Crowd {
  count: number;
  started: number;
  stopped: number;
  reasons: string[];
  warnings: string[];
  before: World;
  during: World;
  after: World;
}

/** Runs a script beside this one, which prints its result as JSON. */
export async function measureScript<T>(name: 'sequential' | 'crowd', count: number): Promise<T> {
  const script = spawn(process.execPath, [path.join(__dirname, `${name}.js`), String(count)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  script.stdout.setEncoding('utf8').on('data', more => {
    text += more;
  });
  const [code, signal] = await once(script, 'close');
  if (code !== 0) throw new Error(`${name} ended with ${code ?? signal}`);
  return JSON.parse(text) as T;
}
