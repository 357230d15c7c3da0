/** Parent: a supervisor with steady and unsteady loops, a pool that hashes files, and work that is done once. */
import { setTimeout as sleep } from 'node:timers/promises';
import { WorkerPool } from 'offspring-rx/pool';
import { Supervisor } from 'offspring-rx/supervise';
import { find } from '../pool/find';
import { HashDeep } from './hash-deep';
import { Crawler, Report } from './once';
import { Heartbeat, Indexer, Ticker } from './steady';
import { Flaky, Hanger } from './unsteady';

/** Files that the pool gets at once. */
const BURST = 300;
/** ms between two bursts, and between two reports. */
const PAUSE = 2_500;

/** Runs until the signal aborts. Resolves when all processes have ended. */
export async function runZoo(folder: string, signal: AbortSignal): Promise<void> {
  await using supervisor = new Supervisor(
    {
      heartbeat: () => new Heartbeat(),
      indexer: () => new Indexer(),
      feeds: () => ({
        children: { news: () => new Ticker(), prices: () => new Flaky() },
        options: { backoff: { initial: 1_500 }, intensity: { restarts: 100, period: 60_000 } },
      }),
      hanger: () => new Hanger(),
      crawler: () => new Crawler(),
    },
    {
      watchdog: { hanger: 2_000 },
      backoff: { initial: 2_000, factor: 1 },
      intensity: { restarts: 100, period: 60_000 },
    },
  );
  supervisor.event$.subscribe();
  await using pool = new WorkerPool(HashDeep, { workers: 3, args: [folder] });
  await Promise.all([hashAgain(pool, folder, signal), report(signal)]);
}

/** Hashes the files of a folder, in bursts, again and again. */
async function hashAgain(pool: WorkerPool<HashDeep>, folder: string, signal: AbortSignal): Promise<void> {
  const { files } = await find(folder);
  for (let from = 0; !signal.aborted && files.length > 0; from = (from + BURST) % files.length) {
    const paths = files.slice(from, from + BURST).map(file => file.path);
    for await (const _outcome of pool.map(paths, { settle: true })) if (signal.aborted) return;
    await pause(signal);
  }
}

/** Starts a report from time to time. */
async function report(signal: AbortSignal): Promise<void> {
  for (let number = 1; !signal.aborted; number++) {
    const task = new Report(number);
    // Its failures are on the page.
    task.result().catch(() => {});
    await pause(signal);
    if (signal.aborted) await task.shutdown();
  }
}

const pause = (signal: AbortSignal): Promise<void> => sleep(PAUSE, undefined, { signal }).catch(() => {});
