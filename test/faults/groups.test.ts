/** FAULTS 100: a child with OWN_GROUP ends together with all that it has started. */
import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { fixturePath } from '../support/fixture';
import { itInFull, LONG, rows } from '../support/long';
import { poll } from '../support/poll';
import { commandOf, isAlive, marked } from '../support/processes';
import { runNode, type Script } from '../support/script';
import { temporaryFolder } from '../support/temporary';

const SCRIPT = fixturePath('scripts/groups').replace(/js$/, 'cjs');
const MARK = 'OFFSPRING_FAULT';

interface Way {
  name: string;
  way: string;
  /** What is done to the parent when it is at that point. */
  from?: (script: Script) => unknown;
  end: { code: number | null; signal: NodeJS.Signals | null };
}

const byCode = (code: number) => ({ code, signal: null });
const bySignal = (signal: NodeJS.Signals) => ({ code: null, signal });
const sent = (signal: NodeJS.Signals): Way => ({
  name: signal,
  way: 'signaled',
  from: ({ process: own }) => own.kill(signal),
  end: bySignal(signal),
});

const KINDS = ['Idle', 'Busy', 'Listening', 'Deaf', 'BusyDeaf', 'Asleep', 'AtWork', 'Finishes', 'Starting'];
const PASSIVE = ['Generations', 'Spared'];
const ACTIVE = ['Worker', 'Supervised'];

/** The rows of docs/reliability.md. */
const WAYS: Way[] = [
  { name: 'its work runs out', way: 'runsOut', end: byCode(0) },
  { name: 'process.exit(7)', way: 'exits', end: byCode(7) },
  { name: 'an uncaught exception', way: 'throws', end: byCode(1) },
  { name: 'an unhandled rejection', way: 'rejects', end: byCode(1) },
  sent('SIGINT'),
  sent('SIGTERM'),
  sent('SIGHUP'),
  {
    name: 'a second Ctrl-C',
    way: 'signaled',
    from: async ({ process: own }) => {
      own.kill('SIGINT');
      await new Promise(resolve => setTimeout(resolve, 600));
      own.kill('SIGINT');
    },
    end: bySignal('SIGINT'),
  },
  sent('SIGKILL'),
];

describe('100 what a child with OWN_GROUP has started ends with it', function () {
  this.timeout(60_000);
  const folder = temporaryFolder();
  let mark = '';
  let script: Script | undefined;
  beforeEach(() => {
    mark = randomUUID();
  });
  afterEach(async () => {
    script?.process.kill('SIGKILL');
    await script?.ended;
  });

  const survivors = () => marked(mark, MARK);
  const planted = async (way: string, kinds: string, detached = false) => {
    const env = { [MARK]: mark, LOG: folder.file('log') };
    script = runNode([SCRIPT, way, kinds], { env, detached, input: null });
    await script.says('planted');
    return script;
  };
  const noneLeft = (deadline: number) =>
    poll('none is left', () => survivors().length === 0, deadline).catch(error => {
      throw new Error([error.message, ...survivors().map(pid => `${pid} ${commandOf(pid)}`)].join('\n'));
    });
  const noted = (text: string) => folder.lines('log').filter(line => line === text).length;

  for (const { name, way, from, end } of WAYS) {
    itInFull(`${name}: no child is left, no shell and no sleep, of every kind of child ${LONG}`, async () => {
      // The parent does not run out of work while a supervisor or the item of a pool is at work.
      const parent = await planted(way, way === 'runsOut' ? [...KINDS, ...PASSIVE].join() : '');
      expect(survivors().length).to.be.greaterThan(40);
      parent.process.stdin?.write('go\n');
      await from?.(parent);
      const { code, signal } = await parent.ended;
      expect({ code, signal }).to.deep.equal(end);
      await noneLeft(3_000);
      const isSecond = name === 'a second Ctrl-C';
      expect(noted('end() of Asleep ran'), 'the loop that slept ended').to.equal(1);
      expect(noted('end() of AtWork ran'), 'the loop at work ended').to.be.within(isSecond ? 0 : 1, 1);
      if (!isSecond) expect(noted('run() finished'), 'work that must finish').to.equal(1);
      expect(noted('heard'), 'a SIGTERM that user code hears').to.equal(1);
      // All but the one whose work must finish, and those whose child ended before them.
      if (!isSecond) expect(noted('TERM'), 'shells that cleaned up').to.be.greaterThan(5);
    });
  }

  it('SIGKILL: no child is left, no shell and no sleep, of a task and of a loop', async () => {
    const parent = await planted('signaled', 'Listening,Asleep');
    parent.process.kill('SIGKILL');
    await parent.ended;
    await noneLeft(3_000);
    expect(noted('heard'), 'a SIGTERM that user code hears').to.equal(1);
    expect(noted('end() of Asleep ran'), 'the loop ended').to.equal(1);
  });

  for (const kind of rows([...KINDS, ...PASSIVE, ...ACTIVE], kind => kind === 'Listening')) {
    it(`shutdown() of ${kind}: none is left while the parent lives ${LONG}`, async () => {
      const parent = await planted('shutsDown', kind);
      parent.process.stdin?.write('go\n');
      await parent.says('shut down');
      await poll('only the parent and its guardian are left', () => survivors().length <= 2, 1_000);
      // What has no child to wait for is killed with the child.
      if (kind !== 'Finishes') expect(noted('TERM'), 'shells that cleaned up').to.be.within(0, 1);
      parent.process.kill('SIGKILL');
      await noneLeft(3_000);
    });
  }

  it('Ctrl-C reaches no child, nor what it has started: the parent decides', async () => {
    const parent = await planted('listens', 'Idle,Asleep', true);
    parent.process.stdin?.write('go\n');
    const before = survivors();
    await parent.says('listening');
    process.kill(-parent.pid, 'SIGINT');
    await parent.says('the listener decides');
    expect(before.every(isAlive)).to.equal(true);
    parent.process.kill('SIGTERM');
    await parent.ended;
    await noneLeft(3_000);
  });
});
