/** Child side of execa. */
import { importPeer } from '../../suite/peer.js';
import { Answers } from './answers.js';

interface Execa {
  sendMessage(message: unknown): Promise<void>;
  getEachMessage(): AsyncIterable<never>;
}

const { sendMessage, getEachMessage } = await importPeer<Execa>('execa');
const answers = new Answers();
const messages = getEachMessage();
void sendMessage('listening');
for await (const message of messages) {
  for (const answer of answers.to(message)) void sendMessage(answer);
}
