/** workerpool: `workerEmit` during a call. One way only. */
import path from 'node:path';
import { importPeer } from '../../suite/peer';
import type { Transport, TransportKind } from './transport';

interface Workerpool {
  pool(
    file: string,
    options: object,
  ): {
    exec(name: string, args: unknown[], options: { on(message: unknown): void }): unknown;
    terminate(force: boolean): unknown;
  };
}

export const workerpool: TransportKind = {
  name: 'workerpool',
  async open() {
    const { pool: makePool } = await importPeer<Workerpool>('workerpool');
    const options = { workerType: 'process', maxWorkers: 1 };
    const pool = makePool(path.join(__dirname, 'workerpool-child.cjs'), options);
    const transport: Transport = {
      post: order => void pool.exec('answer', [order], { on: message => transport.onMessage(message) }),
      onMessage: () => {},
      close: () => pool.terminate(true),
    };
    return transport;
  },
};
