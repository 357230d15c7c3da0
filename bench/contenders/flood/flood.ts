/** A child that floods a parent slower than itself: the memory of both over time, seen from outside. Linux's /proc. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setInterval as everyInterval } from 'node:timers/promises';
import { type Contender, type Series, simple, Unavailable } from '../../suite/group';
import { untilAtRest } from '../../suite/rest';

/** ms between two looks. */
const PAUSE = 50;
const PAGE = 4_096;

/** MB by which each grows at most. The script is a slow parent: it tells its child's pid, begins when it is told to, and ends. */
export const flood = (name: string, script: string): Contender =>
  simple(name, async count => {
    if (process.platform !== 'linux') throw new Unavailable('measured on Linux only');
    const parent = fork(path.join(__dirname, script), [String(count)]);
    const exit = once(parent, 'exit');
    const [{ child }] = (await once(parent, 'message')) as [{ child: number }];
    await untilAtRest();
    parent.send('begin');
    const series = [follow(`${name}: child`, child), follow(`${name}: parent`, parent.pid as number)];
    const [code, signal] = await exit;
    for (const each of series) each.stop();
    if (code !== 0) throw new Error(`the parent ended with ${code ?? signal}`);
    return {
      values: { child: growth(series[0] as Series), parent: growth(series[1] as Series) },
      series: series.map(({ name, points }) => ({ name, points })),
    };
  });

function follow(name: string, pid: number): Series & { stop(): void } {
  const start = performance.now();
  const points: Series['points'] = [[0, residentMemory(pid) ?? 0]];
  const stop = new AbortController();
  void (async () => {
    for await (const _ of everyInterval(PAUSE, undefined, { signal: stop.signal })) {
      const memory = residentMemory(pid);
      if (memory === undefined) return;
      points.push([(performance.now() - start) / 1_000, memory]);
    }
  })().catch(() => {});
  return { name, points, stop: () => stop.abort() };
}

/** MB; undefined if the process is gone. */
function residentMemory(pid: number): number | undefined {
  try {
    const pages = Number(readFileSync(`/proc/${pid}/statm`, 'latin1').split(' ')[1]);
    return pages === 0 ? undefined : (pages * PAGE) / 2 ** 20;
  } catch {
    return undefined;
  }
}

const growth = ({ points }: Series): number => Math.max(...points.map(([, value]) => value)) - (points[0]?.[1] ?? 0);
