/** Messages of a child that has just been started. */
import { barePipe } from '../contenders/fresh/bare-pipe';
import { fresh } from '../contenders/fresh/fresh';
import { processSend } from '../contenders/fresh/process-send';
import { subprocess } from '../contenders/fresh/subprocess';
import { workerThreads } from '../contenders/fresh/worker-threads';
import type { Group } from '../suite/group';

export const messagesFresh: Group = {
  id: 'messages-fresh',
  title: 'Messages of a fresh child',
  about:
    'A new child sends 60,000 small objects, `{ index, name, done }`, and awaits every 256th: messages per second, from before the first in the child to when the parent has the last. V8 has optimised nothing yet. A thread, whose `postMessage` has nothing to await, takes a turn of the event loop instead. Beside them a bare pipe with batches as JSON.',
  unit: 'messages/s',
  better: 'more',
  floor: processSend.name,
  size: { full: 60_000, quick: 60_000 },
  share: 0.5,
  quickBudget: 1_000,
  contenders: [processSend, workerThreads, subprocess, barePipe].map(fresh),
  aims: [
    {
      key: 'messagesFresh',
      what: 'messages/s of a fresh child',
      of: subprocess.name,
      against: processSend.name,
      limit: { atLeast: 6 },
    },
    {
      key: 'messagesFreshThreads',
      fullOnly: true,
      what: 'messages/s of a fresh child',
      of: subprocess.name,
      against: workerThreads.name,
      limit: { atLeast: 1 },
    },
    {
      key: 'messagesFreshFloor',
      fullOnly: true,
      what: 'the same, by a bare pipe',
      of: barePipe.name,
      against: processSend.name,
    },
  ],
};
