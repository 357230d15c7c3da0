/** The same for a chain of `setTimeout` in a bare fork. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { type Contender, simple } from '../../suite/group';

export const timers: Contender = simple('setTimeout', async turns => {
  const child = fork(path.join(__dirname, 'timers-child.cjs'), [String(turns)]);
  const exit = once(child, 'exit');
  const [late] = await once(child, 'message');
  await exit;
  return late;
});
