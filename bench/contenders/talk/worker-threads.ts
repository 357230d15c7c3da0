/** A thread of this process instead of a child: `postMessage`. */
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Transport, TransportKind } from './transport';

export const workerThreads: TransportKind = {
  name: 'worker_threads',
  async open() {
    const worker = new Worker(path.join(__dirname, 'worker-threads-child.cjs'));
    const transport: Transport = {
      post: message => worker.postMessage(message),
      onMessage: () => {},
      close: () => worker.terminate(),
    };
    worker.on('message', message => transport.onMessage(message));
    return transport;
  },
};
