/** A child that sends faster than its parent takes. */
import { flood as contender } from '../contenders/flood/flood';
import type { Group } from '../suite/group';

const MESSAGES = 'for await of messages()';
const LIMIT = { atMost: 64 };

export const flood: Group = {
  id: 'flood',
  title: 'A child that floods a slow parent',
  about: `A child sends 1,000,000 small objects to a parent that does something else for 10 ms after each 1,000: by how much the
resident memory of each grows at most. \`process.send\` in a loop, and \`await emit()\`, to a subscriber of \`message$\` that blocks and to a
\`for await\` that waits. What V8 takes for its young objects, some 30 MB, is in it.`,
  unit: 'MB',
  better: 'less',
  size: { full: 1_000_000, quick: 50_000 },
  share: 0.01,
  warmUp: 0,
  contenders: [
    contender(MESSAGES, 'messages-parent.js'),
    contender('message$', 'message-parent.js'),
    contender('process.send', 'process-send-parent.cjs'),
  ],
  aims: [
    {
      key: 'floodChildMb',
      what: 'flood of a slow parent, growth of the child, MB',
      of: `${MESSAGES}: child`,
      limit: LIMIT,
    },
    { key: 'floodParentMb', what: 'the same, growth of the parent, MB', of: `${MESSAGES}: parent`, limit: LIMIT },
    {
      key: 'floodBlockedChildMb',
      fullOnly: true,
      what: 'the same, by message$, child, MB',
      of: 'message$: child',
      limit: LIMIT,
    },
    {
      key: 'floodBlockedParentMb',
      fullOnly: true,
      what: 'the same, by message$, parent, MB',
      of: 'message$: parent',
      limit: LIMIT,
    },
  ],
};
