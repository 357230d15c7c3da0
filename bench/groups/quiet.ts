/** What parents take of the processor while nothing happens. */
import { quiet } from '../contenders/quiet/quiet';
import type { Aim, Group } from '../suite/group';

const TREE = 'children three deep';
const LOOPS = 'Supervisor of 50 loops';
const LIMIT: Aim['limit'] = { below: 0.5 };

export const idleParent: Group = {
  id: 'idle',
  title: 'A parent with nothing to do',
  about:
    'The processor time of a parent while all its children sleep, for 5 s, in percent of a core: of a task whose task has a task, of a supervisor of 50 loops, and of the same whose loops turn once a second.',
  unit: '% of a core',
  better: 'less',
  size: { full: 5_000, quick: 1_000 },
  share: 0.15,
  warmUp: 0,
  contenders: [
    quiet('50 bare forks', 'bare-forks.js'),
    quiet(TREE, 'tree.js'),
    quiet(LOOPS, 'supervisor.js', '1000000000'),
    quiet(`${LOOPS}, a turn each second`, 'supervisor.js', '1000'),
  ],
  aims: [
    { key: 'idleTreePercent', fullOnly: true, what: 'idle parent of a tree, % of a core', of: TREE, limit: LIMIT },
    { key: 'idleSupervisorPercent', fullOnly: true, what: 'the same, of a supervisor', of: LOOPS, limit: LIMIT },
  ],
};
