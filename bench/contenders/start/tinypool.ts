/** tinypool: a new pool of one process, to the first line of the first call. */
import path from 'node:path';
import { type Contender, simple } from '../../suite/group';
import { importPeer } from '../../suite/peer';
import { between, clock } from './clock';

interface Tinypool {
  default: new (options: object) => { run(item: unknown): Promise<string>; destroy(): Promise<void> };
}

export const tinypoolStart: Contender = simple('tinypool, child_process', async () => {
  const { default: Pool } = await importPeer<Tinypool>('tinypool');
  const start = clock();
  const pool = new Pool({
    filename: path.join(__dirname, 'answers.cjs'),
    runtime: 'child_process',
    minThreads: 1,
    maxThreads: 1,
  });
  const firstLine = await pool.run(null);
  await pool.destroy();
  return between(start, firstLine);
});
