/** Child side of Node's own channel. */
import { Answers, type Order } from './answers';

const answers = new Answers();
process.on('message', (message: Order) => {
  for (const answer of answers.to(message)) process.send?.(answer);
});
