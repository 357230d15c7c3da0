/** In the thread. */
import { parentPort } from 'node:worker_threads';
import { Answers, type Order } from './answers';

const answers = new Answers();
parentPort?.on('message', (message: Order) => {
  for (const answer of answers.to(message)) parentPort?.postMessage(answer);
});
