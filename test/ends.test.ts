/** The table of ends in docs/ending.md, as measured on each platform. */
import { expect } from 'chai';
import { fixturePath } from './support/fixture';
import { LONG, rows } from './support/long';
import { poll } from './support/poll';
import { isAlive } from './support/processes';
import { runNode } from './support/script';
import { temporaryFolder } from './support/temporary';

const isWindows = process.platform === 'win32';
const SCRIPT = fixturePath('scripts/ends').replace(/js$/, 'cjs');

const ABORTED = 'signal: aborted';
const ENDED = 'loop: end() ran';
const FINISHED = 'TERMINATE_ON_SHUTDOWN = false: run() finished';

interface End {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** What a parent does, how it ends, and what its children noted. */
interface Row {
  name: string;
  way: string;
  end: End;
  notes: string[];
  /** What differs on Windows. */
  windows?: { end?: End; notes?: string[] };
}

const byCode = (code: number): End => ({ code, signal: null });
const bySignal = (signal: NodeJS.Signals): End => ({ code: null, signal });

const ROWS: Row[] = [
  { name: 'runs out of work', way: 'runsOut', end: byCode(0), notes: [ABORTED, ENDED, FINISHED] },
  { name: 'process.exit()', way: 'exits', end: byCode(7), notes: [ABORTED, ENDED, FINISHED] },
  { name: 'an uncaught error', way: 'throws', end: byCode(1), notes: [ABORTED, ENDED, FINISHED] },
  {
    name: 'Ctrl-C',
    way: 'signaled',
    end: bySignal('SIGINT'),
    notes: [ABORTED, ENDED, FINISHED],
    windows: { end: byCode(130) },
  },
  {
    name: 'Ctrl-C, with a listener of the user’s',
    way: 'listens',
    end: byCode(8),
    notes: ['the listener decides', ABORTED, ENDED, FINISHED],
  },
  {
    name: 'SIGKILL',
    way: 'killed',
    end: bySignal('SIGKILL'),
    notes: [ABORTED, ENDED, FINISHED],
    // The system ends the children at once. A process that ends itself there has code 1.
    windows: { end: byCode(1), notes: [] },
  },
];

describe('the table of ends', () => {
  const folder = temporaryFolder();

  for (const { name, way, end, notes, windows } of rows(ROWS, ({ way }) => way === 'signaled')) {
    it(`${name}: no child is left, and each has done what it does then ${LONG}`, async () => {
      const parent = runNode([SCRIPT, way, folder.file('log')], { input: null });
      await parent.says(']\n');
      const pids = JSON.parse(parent.stdout) as number[];
      parent.process.stdin?.write('go\n');
      if (way === 'signaled' && !isWindows) parent.process.kill('SIGINT');
      const { code, signal } = await parent.ended;
      await poll('the children are gone', () => !pids.some(isAlive));
      expect({ code, signal }).to.deep.equal((isWindows && windows?.end) || end);
      expect(folder.lines('log')).to.have.members((isWindows && windows?.notes) || notes);
    });
  }
});
