/** The ends of a parent by the kinds of child, each measured some times. */
import { type Ended, measure, type Way } from './measure';

export const WAYS: Way[] = [
  { name: 'its work runs out', way: 'runsOut', expected: 0 },
  { name: '`process.exit(7)`', way: 'exits', expected: 7 },
  { name: 'uncaught exception', way: 'throws', expected: 1 },
  { name: 'unhandled rejection', way: 'rejects', expected: 1 },
  { name: 'SIGINT (Ctrl-C)', way: 'waits', signals: ['SIGINT'], expected: 'SIGINT' },
  { name: 'SIGTERM', way: 'waits', signals: ['SIGTERM'], expected: 'SIGTERM' },
  { name: 'SIGHUP', way: 'waits', signals: ['SIGHUP'], expected: 'SIGHUP' },
  { name: 'a second Ctrl-C, 600 ms after the first', way: 'waits', signals: ['SIGINT', 'SIGINT'], expected: 'SIGINT' },
  { name: 'SIGKILL', way: 'waits', signals: ['SIGKILL'], expected: 'SIGKILL' },
];

export const KINDS: Record<string, string> = {
  idle: 'plain, idle',
  busy: 'plain, busy',
  stubborn: 'ignores SIGTERM',
  busyStubborn: 'busy, ignores SIGTERM',
  asleep: 'loop asleep',
  working: 'loop at work',
  finishing: '`TERMINATE_ON_SHUTDOWN = false`',
  starting: 'still starting',
  deep: 'three generations deep',
};

export interface Cell {
  text: string;
  /** What is not as it has to be. */
  problems: string[];
}

/** Two at once, one for each core; `onStep` is called after each run. */
export async function measureTable(runs: number, onStep: (done: number, of: number) => void): Promise<Cell[][]> {
  const kinds = Object.keys(KINDS);
  const results: Ended[][][] = WAYS.map(() => kinds.map(() => []));
  const work = Array.from({ length: runs }, () =>
    WAYS.flatMap((_, row) => kinds.map((_, column) => [row, column])),
  ).flat();
  const all = work.length;
  let done = 0;
  const worker = async () => {
    for (let next = work.shift(); next; next = work.shift()) {
      const [row, column] = next as [number, number];
      results[row]?.[column]?.push(await measure([kinds[column] as string], WAYS[row] as Way));
      onStep(++done, all);
    }
  };
  await Promise.all([worker(), worker()]);
  return results.map((cells, row) =>
    cells.map((ended, column) => cellOf(WAYS[row] as Way, kinds[column] as string, ended)),
  );
}

function cellOf(way: Way, kind: string, runs: Ended[]): Cell {
  const problems = runs.flatMap(({ survivors, parent }) => [
    ...survivors.map(command => `survived: ${command}`),
    ...(parent === way.expected ? [] : [`the parent ended with ${parent} in place of ${way.expected}`]),
  ]);
  const notes = [...new Set(runs.map(({ notes }) => notes.join(', ') || 'gone'))];
  const time = `${median(runs.map(({ time }) => time)).toFixed()} ms`;
  const first = runs.every(({ beforeSecond }) => beforeSecond) ? 'after the first' : time;
  const outcome = problems.length > 0 ? `**${problems[0]}**` : notes.join(' or ');
  return { text: `${outcome}, ${first}`, problems: problems.map(problem => `${way.name}, ${KINDS[kind]}: ${problem}`) };
}

export const sorted = (values: number[]): number[] => [...values].sort((one, other) => one - other);
export const median = (values: number[]): number => sorted(values)[Math.floor(values.length / 2)] ?? Number.NaN;
