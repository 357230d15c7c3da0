/** One message and its answer. */
import { barePipe } from '../contenders/talk/bare-pipe';
import { execa } from '../contenders/talk/execa';
import { processSend } from '../contenders/talk/process-send';
import { emitting } from '../contenders/talk/subprocess';
import { pingPong as talk } from '../contenders/talk/talks';
import { talking } from '../contenders/talk/transport';
import { workerThreads } from '../contenders/talk/worker-threads';
import type { Group } from '../suite/group';

const RAW = processSend('advanced');

export const pingPong: Group = {
  id: 'ping-pong',
  title: 'One message and its answer',
  about:
    'A message to an idle child and its answer; 3 ms of silence before each. A sample is the mean of 30. Beside Node’s channels a bare pipe with JSON, which has a write and a read on each side.',
  unit: 'ms',
  better: 'less',
  floor: RAW.name,
  size: { full: 30, quick: 10 },
  contenders: [RAW, processSend('json'), workerThreads, emitting, barePipe, execa].map(kind => talking(kind, talk)),
  aims: [
    {
      key: 'pingPong',
      what: 'one message and its answer, idle',
      of: emitting.name,
      against: RAW.name,
      limit: { atMost: 1 },
    },
    {
      key: 'pingPongFloor',
      fullOnly: true,
      what: 'the same, by a bare pipe',
      of: barePipe.name,
      against: RAW.name,
    },
  ],
};
