/** offspring-rx/pool, item by item with `run`, or all at once with `map`. */
import { Unavailable } from '../../suite/group';
import { type PoolKind, WORKERS } from './pool';
import type { Work } from './work';

interface OpenPool {
  run(item: unknown): Promise<unknown>;
  map(items: Iterable<unknown>): AsyncIterable<unknown>;
  close(): Promise<unknown>;
  [Symbol.asyncDispose](): Promise<void>;
}

interface PoolModule {
  WorkerPool: new (Worker: unknown, options: object) => OpenPool;
}

export const workerPool = (by: 'run' | 'map'): PoolKind => ({
  name: `offspring-rx, ${by}`,
  async open() {
    const { WorkerPool } = loadPool();
    const { workers } = await import('./worker-pool-workers.js');
    // One for each kind of work; each starts its workers with its first item.
    const pools = new Map<Work, OpenPool>();
    const poolOf = (work: Work) => {
      const pool = pools.get(work) ?? new WorkerPool(workers[work], { workers: WORKERS });
      pools.set(work, pool);
      return pool;
    };
    return {
      run: (work, item) => poolOf(work).run(item),
      ...(by === 'map' && {
        async all(work: Work, items: unknown[]) {
          let count = 0;
          for await (const _ of poolOf(work).map(items)) count += 1;
          return count;
        },
      }),
      close: () => Promise.all([...pools.values()].map(pool => pool[Symbol.asyncDispose]())),
    };
  },
});

function loadPool(): PoolModule {
  try {
    // By a name that the compiler does not look for, since a version without it is measured too.
    return require(['offspring-rx', 'pool'].join('/'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_PACKAGE_PATH_NOT_EXPORTED') throw error;
    throw new Unavailable('no offspring-rx/pool in this version');
  }
}
