/** jest-worker: `messageParent` during a call. One way only. */
import path from 'node:path';
import { importPeer } from '../../suite/peer';
import type { Transport, TransportKind } from './transport';

interface JestWorker {
  Worker: new (
    file: string,
    options: object,
  ) => {
    answer(order: object): Promise<void> & { UNSTABLE_onCustomMessage(listener: (message: unknown) => void): void };
    end(): Promise<unknown>;
  };
}

export const jestWorker: TransportKind = {
  name: 'jest-worker',
  async open() {
    const { Worker } = await importPeer<JestWorker>('jest-worker');
    const worker = new Worker(path.join(__dirname, 'jest-worker-child.cjs'), {
      numWorkers: 1,
      exposedMethods: ['answer'],
    });
    const transport: Transport = {
      post: order => worker.answer(order).UNSTABLE_onCustomMessage(message => transport.onMessage(message)),
      onMessage: () => {},
      close: () => worker.end(),
    };
    return transport;
  },
};
