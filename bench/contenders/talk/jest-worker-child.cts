/** Child side of jest-worker. */
import { requirePeer } from '../../suite/peer';
import { Answers } from './answers';

const { messageParent } = requirePeer<{ messageParent(message: unknown): void }>('jest-worker');
const answers = new Answers();

export function answer(order: never): void {
  for (const message of answers.to(order)) messageParent(message);
}
