/** workerpool: a new pool of one process, to the first line of the first call. */
import path from 'node:path';
import { type Contender, simple } from '../../suite/group';
import { importPeer } from '../../suite/peer';
import { between, clock } from './clock';

interface Workerpool {
  pool(file: string, options: object): { exec(name: string): Promise<string>; terminate(): Promise<unknown> };
}

export const workerpoolStart: Contender = simple('workerpool, process', async () => {
  const { pool: makePool } = await importPeer<Workerpool>('workerpool');
  const start = clock();
  const pool = makePool(path.join(__dirname, 'workerpool-answers.cjs'), { workerType: 'process', maxWorkers: 1 });
  const firstLine = await pool.exec('answer');
  await pool.terminate();
  return between(start, firstLine);
});
