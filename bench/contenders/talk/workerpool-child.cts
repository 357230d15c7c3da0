/** Child side of workerpool. */
import { requirePeer } from '../../suite/peer';
import { Answers } from './answers';

interface Workerpool {
  worker(methods: object): void;
  workerEmit(message: unknown): void;
}

const { worker, workerEmit } = requirePeer<Workerpool>('workerpool');
const answers = new Answers();
worker({
  answer(order: never) {
    for (const message of answers.to(order)) workerEmit(message);
  },
});
