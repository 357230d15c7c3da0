/** Messages per second, each way; small objects. */
import { execa } from '../contenders/talk/execa';
import { jestWorker } from '../contenders/talk/jest-worker';
import { processSend } from '../contenders/talk/process-send';
import { spawnRx } from '../contenders/talk/spawn-rx';
import { awaiting, emitting, yielding } from '../contenders/talk/subprocess';
import { down, up } from '../contenders/talk/talks';
import { talking } from '../contenders/talk/transport';
import { workerThreads } from '../contenders/talk/worker-threads';
import { workerpool } from '../contenders/talk/workerpool';
import type { Group } from '../suite/group';

const RAW = processSend('advanced');
const LIMIT = { atLeast: 6 };

export const messagesUp: Group = {
  id: 'messages-up',
  title: 'Messages, child to parent',
  about: `A child that stays is told to send 50,000 small objects, \`{ index, name, done }\`: messages per second from that order
to the last of them. \`Subprocess\`: \`emit()\` in a loop; "each awaited": \`await emit()\`; "generator": \`run()\` yields them. spawn-rx, which has
no messages, prints JSON in a new process.`,
  unit: 'messages/s',
  better: 'more',
  floor: RAW.name,
  size: { full: 50_000, quick: 10_000 },
  share: 0.5,
  contenders: [
    RAW,
    processSend('json'),
    workerThreads,
    emitting,
    awaiting,
    yielding,
    execa,
    jestWorker,
    workerpool,
    spawnRx,
  ].map(kind => talking(kind, up)),
  aims: [
    { key: 'messagesUp', what: 'messages/s child to parent', of: emitting.name, against: RAW.name, limit: LIMIT },
    {
      key: 'messagesUpAwaited',
      fullOnly: true,
      what: 'the same, each awaited',
      of: awaiting.name,
      against: RAW.name,
      limit: LIMIT,
    },
    {
      key: 'messagesUpThreads',
      what: 'messages/s child to parent',
      of: emitting.name,
      against: workerThreads.name,
      limit: { atLeast: 1.5 },
    },
  ],
};

export const messagesDown: Group = {
  id: 'messages-down',
  title: 'Messages, parent to child',
  about: `The parent sends 50,000 small objects to a child that stays: messages per second from the first to the child's word
that it has heard all. \`Subprocess\`: \`send()\` in a loop, heard by \`command$\`.`,
  unit: 'messages/s',
  better: 'more',
  floor: RAW.name,
  size: { full: 50_000, quick: 10_000 },
  share: 0.5,
  contenders: [RAW, processSend('json'), workerThreads, emitting, execa].map(kind => talking(kind, down)),
  aims: [
    { key: 'messagesDown', what: 'messages/s parent to child', of: emitting.name, against: RAW.name, limit: LIMIT },
  ],
};
