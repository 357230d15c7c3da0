/** Parent: cancels an item in the middle of its work. */
import { WorkerPool } from 'offspring-rx/pool';
import { Wait } from './wait';

/** ms for which the item would be worked on, and after which it is canceled. */
const LONG = 60_000;
const SOON = 100;

export interface Canceled {
  /** ms until the next item was done. */
  time: number;
  /** Whether the worker of the canceled item did the next one. */
  goesOn: boolean;
}

export async function cancelOne(): Promise<Canceled> {
  await using pool = new WorkerPool(Wait, { workers: 1 });
  const pid = await pool.run(0);
  const start = performance.now();
  await pool.run(LONG, { signal: AbortSignal.timeout(SOON) }).catch(() => {});
  const next = await pool.run(0);
  return { time: performance.now() - start, goesOn: next === pid };
}
