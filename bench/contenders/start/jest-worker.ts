/** jest-worker: a new pool of one process, to the first line of the first call. */
import path from 'node:path';
import { type Contender, simple } from '../../suite/group';
import { importPeer } from '../../suite/peer';
import { between, clock } from './clock';

interface JestWorker {
  Worker: new (file: string, options: object) => { answer(): Promise<string>; end(): Promise<unknown> };
}

export const jestWorkerStart: Contender = simple('jest-worker, process', async () => {
  const { Worker } = await importPeer<JestWorker>('jest-worker');
  const start = clock();
  const pool = new Worker(path.join(__dirname, 'answers.cjs'), { numWorkers: 1, exposedMethods: ['answer'] });
  const firstLine = await pool.answer();
  await pool.end();
  return between(start, firstLine);
});
