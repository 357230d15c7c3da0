/** piscina: threads. */
import path from 'node:path';
import { importPeer } from '../../suite/peer';
import { type PoolKind, WORKERS } from './pool';

interface Piscina {
  Piscina: new (
    options: object,
  ) => {
    run(item: unknown, options: { name: string }): Promise<unknown>;
    destroy(): Promise<void>;
  };
}

export const piscina: PoolKind = {
  name: 'piscina',
  async open() {
    const { Piscina } = await importPeer<Piscina>('piscina');
    const pool = new Piscina({
      filename: path.join(__dirname, 'methods.cjs'),
      minThreads: WORKERS,
      maxThreads: WORKERS,
    });
    return { run: (name, item) => pool.run(item, { name }), close: () => pool.destroy() };
  },
};
