/** The end of many children. */
import { bareForks } from '../contenders/idle/bare-fork';
import { endOf } from '../contenders/idle/end';
import { subprocesses } from '../contenders/idle/subprocess';
import type { Group } from '../suite/group';

const tasks = () => import('../contenders/idle/tasks.js');

export const shutdown: Group = {
  id: 'shutdown',
  title: 'The end of 100 children',
  about:
    '`shutdownAll()` of 100 idle children until all are gone, against `kill()` of 100 bare forks and the `exit` event of each.',
  unit: 'ms',
  better: 'less',
  floor: 'bare fork, kill()',
  size: { full: 100, quick: 20 },
  share: 0.25,
  contenders: [
    endOf(bareForks('bare fork, kill()', 'one-line.cjs')),
    endOf(subprocesses('Subprocess.shutdownAll()', async () => (await tasks()).Idling)),
  ],
  aims: [
    {
      key: 'shutdownAll',
      what: 'shutdownAll of 100 children',
      of: 'Subprocess.shutdownAll()',
      against: 'bare fork, kill()',
      limit: { atMost: 1.3 },
    },
  ],
};
