/** In a fresh thread. `postMessage` has nothing to await: it takes a turn instead. */
import { setImmediate as turn } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { item } from '../talk/answers';
import { AWAITED } from './fresh';

async function main(count: number): Promise<void> {
  parentPort?.postMessage(String(process.hrtime.bigint()));
  for (let index = 1; index <= count; index++) {
    parentPort?.postMessage(item(index));
    if (index % AWAITED === 0) await turn();
  }
}

void main(workerData);
