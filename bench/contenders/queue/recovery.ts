/** How long the item of a host takes that is killed in the middle of it. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Contender } from '../../suite/group';
import { queuePool } from './kinds';

const { name, open } = queuePool(1);
/** ms of work: longer than it takes to start another host. */
const WORK = 3_000;

export const recovery: Contender = {
  name,
  async open() {
    const queue = await open('burn');
    return {
      async measure() {
        const { server } = queue;
        await queue.run('burn', 1);
        const victim = server.hosts.shift();
        const item = queue.run('burn', WORK);
        await sleep(WORK / 10);
        await server.addHost('offspring-rx', 'burn');
        const killed = performance.now();
        victim?.kill('SIGKILL');
        await item;
        return performance.now() - killed - WORK;
      },
      close: () => queue.close(),
    };
  },
};
