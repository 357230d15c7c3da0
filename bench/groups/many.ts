/** Many children that are alive at once: what they cost their parent. */
import { OWN_PROCESSES } from '../contenders/floor/own-processes';
import { type Figure, many } from '../contenders/many/many';
import type { Aim, Group } from '../suite/group';

const group = (figure: Figure, more: Pick<Group, 'title' | 'about' | 'unit'>, aim: Partial<Aim>): Group => ({
  id: `many-${figure}`,
  ...more,
  better: 'less',
  floor: 'bare fork',
  size: { full: 200, quick: 20 },
  share: 0.15,
  warmUp: 0,
  contenders: [many('bare fork', figure), many('Subprocess', figure), many(OWN_PROCESSES, figure)],
  aims: [{ key: '', what: more.title, of: 'Subprocess', against: 'bare fork', fullOnly: true, ...aim }],
});

const KEPT =
  'A program of its own has one child, and starts 200 more at once, which all stay. Beside it the floor of this library: children with its pipes and its files, and none of its code.';

export const manyMemory = group(
  'memory',
  {
    title: '200 children: memory of the parent',
    about: `${KEPT} By how much the resident memory of the program grows for each, without garbage.`,
    unit: 'KB',
  },
  {
    key: 'manyMemoryKb',
    what: "200 children, the parent's memory for each, KB more",
    by: 'difference',
    limit: { atMost: 60 },
  },
);

export const manyStart = group(
  'start',
  {
    title: '200 children: their start',
    about: `${KEPT} The time from the first \`new\` until the parent has heard the first message of all, divided by 200.`,
    unit: 'ms',
  },
  { key: 'manyStart', what: '200 children at once, time of a start', limit: { atMost: 1.1 } },
);

export const manyEnd = group(
  'end',
  {
    title: '200 children: their end',
    about: `${KEPT} From \`shutdownAll()\`, or the \`kill()\` of each bare fork, until all are gone.`,
    unit: 'ms',
  },
  { key: 'manyEnd', what: 'the end of 200 children', limit: { atMost: 1.1 } },
);
