/** How exact the sleep of a loop is. */
import { sleepingLoop } from '../contenders/loop/subprocess';
import { timers } from '../contenders/loop/timers';
import type { Group } from '../suite/group';

export const loop: Group = {
  id: 'loop',
  title: 'A loop that sleeps 10 ms',
  about:
    'How much longer than 10 ms it is from the end of one turn to the begin of the next: the mean of 100 turns, in a `SubprocessLoop`, and in a chain of `setTimeout` in a bare fork.',
  unit: 'ms',
  better: 'less',
  floor: timers.name,
  size: { full: 100, quick: 30 },
  share: 0.5,
  warmUp: 0,
  contenders: [timers, sleepingLoop],
  aims: [
    {
      key: 'loopOvershootMs',
      what: 'loop sleeping 10 ms, mean overshoot, ms more',
      of: sleepingLoop.name,
      against: timers.name,
      by: 'difference',
      limit: { atMost: 0.3 },
    },
  ],
};
