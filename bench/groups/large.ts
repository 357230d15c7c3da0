/** One large Buffer, child to parent, and how long the parent stands still for it. */
import { execa } from '../contenders/talk/execa';
import { processSend } from '../contenders/talk/process-send';
import { emitting } from '../contenders/talk/subprocess';
import { blocked, large } from '../contenders/talk/talks';
import { talking } from '../contenders/talk/transport';
import { workerThreads } from '../contenders/talk/worker-threads';
import type { Group } from '../suite/group';

const RAW = processSend('advanced');
const KINDS = [RAW, workerThreads, emitting, execa];
const MB = 2 ** 20;

export const large64: Group = {
  id: 'large-64',
  title: 'A Buffer of 64 MB, child to parent',
  about:
    'From the order to the Buffer that it asks for; the child has made the Buffer before. worker_threads copies it within one process.',
  unit: 'ms',
  better: 'less',
  floor: RAW.name,
  size: { full: 64 * MB, quick: 64 * MB },
  share: 0.5,
  contenders: KINDS.map(kind => talking(kind, large)),
  aims: [
    {
      key: 'large64',
      what: '64 MB Buffer, child to parent',
      of: emitting.name,
      against: RAW.name,
      limit: { atMost: 0.5 },
    },
  ],
};

export const large64Blocked: Group = {
  id: 'large-64-blocked',
  title: 'How long a Buffer of 64 MB blocks the parent',
  about: 'The longest time for which the parent’s event loop stands still while such a Buffer arrives.',
  unit: 'ms',
  better: 'less',
  floor: RAW.name,
  size: { full: 64 * MB, quick: 64 * MB },
  share: 0.5,
  contenders: KINDS.map(kind => talking(kind, blocked)),
  aims: [
    {
      key: 'large64Blocked',
      fullOnly: true,
      what: 'event loop blocked by a 64 MB Buffer',
      of: emitting.name,
      against: RAW.name,
      limit: { atMost: 1 },
    },
  ],
};

export const large1: Group = {
  id: 'large-1',
  title: 'A Buffer of 1 MB, child to parent',
  about: 'The same for 1 MB.',
  unit: 'ms',
  better: 'less',
  floor: RAW.name,
  size: { full: MB, quick: MB },
  contenders: KINDS.map(kind => talking(kind, large)),
  aims: [
    {
      key: 'large1',
      fullOnly: true,
      what: '1 MB Buffer, child to parent',
      of: emitting.name,
      against: RAW.name,
      limit: { atMost: 1 },
    },
  ],
};
