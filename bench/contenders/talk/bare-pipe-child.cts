/** Child side of the bare pipe. */
import { Socket } from 'node:net';
import { framed, onFrames } from '../pool/bare-frames';
import { Answers, type Order } from './answers';

/** The descriptor that it was given. */
const CHANNEL = 3;

const answers = new Answers();
const channel = new Socket({ fd: CHANNEL });
onFrames(channel, 'JSON', ([message]) => {
  for (const answer of answers.to(message as Order)) channel.write(framed([answer], 'JSON'));
});
