/** A fresh thread of this process instead of a child: `postMessage`. */
import { once } from 'node:events';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import type { FreshKind } from './fresh';

export const workerThreads: FreshKind = {
  name: 'worker_threads',
  run(count, onMessage) {
    const worker = new Worker(path.join(__dirname, 'worker-threads-child.cjs'), { workerData: count });
    worker.on('message', onMessage);
    return once(worker, 'exit');
  },
};
