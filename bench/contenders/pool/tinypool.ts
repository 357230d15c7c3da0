/** tinypool, with processes or threads. */
import path from 'node:path';
import { importPeer } from '../../suite/peer';
import { type PoolKind, WORKERS } from './pool';

interface Tinypool {
  default: new (
    options: object,
  ) => {
    run(item: unknown, options: { name: string }): Promise<unknown>;
    destroy(): Promise<void>;
  };
}

export const tinypool = (runtime: 'child_process' | 'worker_threads'): PoolKind => ({
  name: `tinypool, ${runtime}`,
  async open(serialization) {
    const { default: Pool } = await importPeer<Tinypool>('tinypool');
    const pool = new Pool({
      filename: path.join(__dirname, 'methods.cjs'),
      runtime,
      serialization,
      minThreads: WORKERS,
      maxThreads: WORKERS,
    });
    return { run: (name, item) => pool.run(item, { name }), close: () => pool.destroy() };
  },
});
