/** jest-worker, with processes or threads. */
import path from 'node:path';
import { importPeer } from '../../suite/peer';
import { type PoolKind, WORKERS } from './pool';
import { type Work, work } from './work';

interface JestWorker {
  Worker: new (
    file: string,
    options: object,
  ) => Record<Work, (item: unknown) => Promise<unknown>> & { end(): Promise<unknown> };
}

export const jestWorker = (kind: 'process' | 'threads'): PoolKind => ({
  name: `jest-worker, ${kind}`,
  async open() {
    const { Worker } = await importPeer<JestWorker>('jest-worker');
    const pool = new Worker(path.join(__dirname, 'methods.cjs'), {
      numWorkers: WORKERS,
      enableWorkerThreads: kind === 'threads',
      exposedMethods: Object.keys(work),
    });
    return { run: (name, item) => pool[name](item), close: () => pool.end() };
  },
});
