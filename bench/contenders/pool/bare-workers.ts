/** What no pool of processes can leave out of an item: a message to a bare fork, and its answer. Each has one item more to go on with. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { type PoolKind, WORKERS } from './pool';

/** Items that a process has at a time: one that it works on, and one to go on with. */
const AHEAD = 2;

export const bareWorkers: PoolKind = {
  name: 'bare forks, a message an item',
  async open() {
    const children = Array.from({ length: WORKERS }, () => fork(path.join(__dirname, 'bare-fork-child.cjs')));
    await Promise.all(children.map(child => once(child, 'message')));
    return {
      run: () => Promise.reject(new Error('only all at once')),
      all: (work, items) =>
        new Promise(resolve => {
          let sent = 0;
          let done = 0;
          const sendNext = (child: ChildProcess) => {
            if (sent < items.length) child.send({ work, item: items[sent++] });
          };
          for (const child of children) {
            child.removeAllListeners('message').on('message', () => {
              sendNext(child);
              if (++done === items.length) resolve(done);
            });
            for (let ahead = 0; ahead < AHEAD; ahead++) sendNext(child);
          }
        }),
      close: () => children.map(child => child.kill()),
    };
  },
};
