/** Large data that all items need, handed to two workers in three ways. */
import { type Contender, Unavailable } from '../../suite/group';
import { WORKERS } from './pool';

const MB = 2 ** 20;
/** Items for each worker. */
const ITEMS = 4;

type Way = 'share' | 'args' | 'items';

interface SharePool {
  run(item: unknown): Promise<number>;
  shutdown(): Promise<void>;
}

interface ShareModule {
  WorkerPool: new (Worker: unknown, options: object) => SharePool;
  SubprocessWorker: { prototype: object };
}

/** ms from the construction of a pool to its last item. Each item reads a byte of data with so many MB. */
const sharing = (name: string, way: Way): Contender => ({
  name,
  async open(megabytes) {
    const { WorkerPool, SubprocessWorker } = require(['offspring-rx', 'pool'].join('/')) as ShareModule;
    if (!('shared' in SubprocessWorker.prototype)) throw new Unavailable('no share in this version');
    const { readers } = await import('./share-workers.js');
    const data = Buffer.alloc(megabytes * MB, 7);
    const options = {
      workers: WORKERS,
      ...(way === 'share' && { share: data }),
      ...(way === 'args' && { args: [data] }),
    };
    return {
      async measure() {
        const start = performance.now();
        const pool = new WorkerPool(readers[way], options);
        const items = Array.from({ length: WORKERS * ITEMS }, (_, at) => (way === 'items' ? data : at));
        for (const byte of await Promise.all(items.map(item => pool.run(item)))) {
          if (byte !== 7) throw new Error(`the data arrived as ${byte}`);
        }
        const time = performance.now() - start;
        await pool.shutdown();
        return time;
      },
    };
  },
});

export const SHARED = sharing('offspring-rx, share', 'share');
export const AS_ARGUMENT = sharing('offspring-rx, as an argument of init', 'args');
export const WITH_ITEMS = sharing('offspring-rx, with each item', 'items');
