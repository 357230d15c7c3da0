/** workerpool, with processes or threads. */
import path from 'node:path';
import { importPeer } from '../../suite/peer';
import { type PoolKind, WORKERS } from './pool';

interface Workerpool {
  pool(
    file: string,
    options: object,
  ): { exec(name: string, args: unknown[]): Promise<unknown>; terminate(): Promise<unknown> };
}

export const workerpool = (workerType: 'process' | 'thread'): PoolKind => ({
  name: `workerpool, ${workerType}`,
  async open(serialization) {
    const { pool: makePool } = await importPeer<Workerpool>('workerpool');
    const pool = makePool(path.join(__dirname, 'workerpool-worker.cjs'), {
      workerType,
      minWorkers: WORKERS,
      maxWorkers: WORKERS,
      forkOpts: serialization && { serialization },
    });
    return { run: (name, item) => pool.exec(name, [item]), close: () => pool.terminate() };
  },
});
