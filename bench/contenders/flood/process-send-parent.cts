/** A slow parent on Node's own channel. */
import { fork } from 'node:child_process';
import path from 'node:path';
import { work } from './slowness';

const count = Number(process.argv[2]);
const child = fork(path.join(__dirname, 'process-send-child.cjs'), [], { serialization: 'advanced' });
let seen = 0;
child.on('message', message => {
  if (message === 'ready') process.send?.({ child: child.pid });
  else work(++seen);
  if (seen === count) process.exit();
});
process.once('message', () => child.send(count));
