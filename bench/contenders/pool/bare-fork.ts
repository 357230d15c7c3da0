/** The floor of processes for the latency of an item: a bare `child_process.fork` that does the work upon a message, and answers. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import type { PoolKind } from './pool';

export const bareFork: PoolKind = {
  name: 'bare fork',
  async open() {
    const child = fork(path.join(__dirname, 'bare-fork-child.cjs'));
    await once(child, 'message');
    return {
      // One at a time, so that the next answer is the item's.
      run: (work, item) =>
        new Promise(resolve => {
          child.once('message', resolve);
          child.send({ work, item });
        }),
      close: () => child.kill(),
    };
  },
};
