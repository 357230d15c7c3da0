/** Node's own channel of a fresh fork. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import type { FreshKind } from './fresh';

export const processSend: FreshKind = {
  name: 'process.send, advanced',
  run(count, onMessage) {
    const child = fork(path.join(__dirname, 'process-send-child.cjs'), [String(count)], { serialization: 'advanced' });
    child.on('message', onMessage);
    return once(child, 'close');
  },
};
