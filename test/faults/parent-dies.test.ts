/** FAULTS 37 to 40: a parent that dies early, is blocked, is a thread, or has lost its guardian. */
import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { expect } from 'chai';
import { fixturePath, ROOT } from '../support/fixture';
import { itInFull, LONG, rows, sized } from '../support/long';
import { poll } from '../support/poll';
import { commandOf, guardiansOf, isAlive, lonelyGuardians, marked } from '../support/processes';
import { runNode, type Script } from '../support/script';
import { temporaryFolder } from '../support/temporary';

const SCRIPT = fixturePath('scripts/dying').replace(/js$/, 'cjs');
/** Every process of one test carries it. */
const MARK = 'OFFSPRING_FAULT';

const spawnedBy = (script: Script) => [...script.stdout.matchAll(/child (\d+)/g)].map(([, pid]) => Number(pid));
const guardianOf = (parent: number) => guardiansOf(parent)[0];

describe('37 to 40 the parent dies, or is blocked', function () {
  this.timeout(120_000);
  const folder = temporaryFolder();
  let mark = '';
  let scripts: Script[] = [];
  beforeEach(() => {
    mark = randomUUID();
    scripts = [];
  });
  afterEach(async () => {
    for (const { process: own } of scripts) own.kill('SIGKILL');
    await Promise.all(scripts.map(({ ended }) => ended));
    // None waits for what is gone: the grace of whom it guarded is the longest it stays.
    const lonely = lonelyGuardians();
    await poll('guardians go once there is nothing to guard', () => !lonely.some(isAlive), 8_000);
  });

  const dying = (scenario: string, kind: string, argument: string | number = '') => {
    const script = runNode([SCRIPT, scenario, kind, String(argument), folder.file('log')], { env: { [MARK]: mark } });
    scripts.push(script);
    return script;
  };
  const survivors = () => marked(mark, MARK);
  const expectNoSurvivor = (deadline: number) =>
    poll(`no survivor`, () => survivors().length === 0, deadline).catch(error => {
      throw new Error(
        `${error.message}\n${survivors()
          .map(pid => `${pid} ${commandOf(pid)}`)
          .join('\n')}`,
      );
    });

  it('work that only awaits its signal gets it if the parent is killed, and cleans up', async () => {
    const library = JSON.stringify(`${ROOT}/dist/index.js`);
    const code = `const { Subprocess, isChild } = require(${library});
      const { appendFileSync } = require('node:fs');
      exports.Task = class Task extends Subprocess {
        async run() {
          const { signal } = this;
          void this.emit('at work');
          await new Promise(resolve => signal.addEventListener('abort', resolve));
          appendFileSync(process.env.LOG, 'cleaned up\\n');
        }
      };
      if (!isChild) new exports.Task().message$.subscribe(console.log);`;
    writeFileSync(folder.file('task.cjs'), code);
    const script = runNode([folder.file('task.cjs')], { env: { [MARK]: mark, LOG: folder.file('log') } });
    scripts.push(script);
    await script.says('at work');
    script.process.kill('SIGKILL');
    await poll('it has cleaned up', () => folder.lines('log').length === 1, 5_000);
    await expectNoSurvivor(5_000);
  });

  describe('37 SIGKILL of the parent 0 to 50 ms after the fork', () => {
    const KINDS = 5;
    for (const [first, [kind, deadline]] of (
      [
        ['plain', 1_000],
        ['busy', 1_000],
        ['loop', 1_000],
        ['stubborn', 1_300],
        ['busyStubborn', 1_500],
      ] as const
    ).entries()) {
      // Fifty delays in all, which the kinds share. The parents of one batch run at once.
      const delays = Array.from({ length: 10 }, (_, at) => first + at * KINDS);
      const all = [delays.slice(0, 1), delays.slice(1, 5), delays.slice(5)];
      const batches = rows(all, (_, at) => kind === 'busyStubborn' && at === 0);
      if (batches.length === 0) continue;
      it(`${kind}: no survivor ${LONG}`, async () => {
        for (const batch of batches) {
          const ended = batch.map(delay => dying('early', kind, delay).ended);
          for (const end of await Promise.all(ended)) expect(end).to.include({ signal: 'SIGKILL' });
          await expectNoSurvivor(deadline);
        }
      });
    }
  });

  describe('38 an orphan whose timer throws and whose stdout is dead', () => {
    const orphaned = async (kind: string) => {
      const script = dying('waits', kind);
      await script.says('child');
      script.process.kill('SIGKILL');
      await script.ended;
    };
    it('ends by itself, long before its grace is over', async () => {
      await orphaned('orphan');
      await expectNoSurvivor(3_000);
      expect(folder.lines('log').length).to.be.within(0, 1);
    });
    itInFull(
      `ends after its grace if it handles its own errors, and writes them to a closed stderr ${LONG}`,
      async () => {
        await orphaned('listeningOrphan');
        await expectNoSurvivor(1_500 + 1_000);
        expect(folder.lines('log').length).to.be.greaterThan(0);
      },
    );
  });

  const HELD = sized(2_000, 10_000);
  describe(`39 the parent is blocked for ${HELD / 1_000} s`, () => {
    /** How many ticks of 50 ms the parent reads afterwards. Those of the time in which it was blocked are among them. */
    const MORE = sized(50, 150);
    const ticksOf = async (script: Script): Promise<{ index: number; at: number; seen: number }[]> => {
      await poll(`ticks; ${script.stderr}`, () => /ticks .*\n/.test(script.stdout), 30_000);
      return JSON.parse(/ticks (.*)\n/.exec(script.stdout)?.[1] as string);
    };
    const expectAll = (ticks: { index: number; at: number; seen: number }[]) => {
      expect(ticks.map(({ index }) => index)).to.deep.equal(ticks.map((_, at) => at));
      // The child went on meanwhile: no gap where it was, and many came late.
      const late = ticks.filter(({ at, seen }) => seen - at > 200);
      expect(late.length).to.be.greaterThan(HELD / 200);
      expect(Math.max(...ticks.slice(1).map(({ at }, index) => at - (ticks[index]?.at ?? 0)))).to.be.below(HELD / 2);
    };
    const blocked = async () => {
      const script = dying('ticks', 'ticking', `${HELD} ${MORE}`);
      await script.says('child');
      expectAll(await ticksOf(script));
      expect(await script.ended).to.include({ code: 0, stderr: '' });
    };
    const stopped = async () => {
      const script = dying('ticks', 'ticking', `0 ${MORE}`);
      await script.says('child');
      const [child] = spawnedBy(script) as [number];
      const guardian = guardianOf(script.pid) as number;
      script.process.kill('SIGSTOP');
      const since = performance.now();
      await poll('the time is over', () => performance.now() - since > HELD, HELD + 1_000);
      expect(isAlive(child)).to.equal(true);
      expect(isAlive(guardian)).to.equal(true);
      script.process.kill('SIGCONT');
      expectAll(await ticksOf(script));
      expect(await script.ended).to.include({ code: 0, stderr: '' });
    };

    it(`its event loop is blocked, or it is stopped: the child lives, and its messages arrive afterwards ${LONG}`, async () => {
      // Both at once, since all there is to do is to wait.
      await Promise.all([blocked(), stopped()]);
    });
  });

  describe('40 the library in a worker thread', () => {
    const kinds = [
      ['plain', 1_000],
      ['loop', 1_000],
      ['busy', 1_000],
      ['busyStubborn', 2_000],
    ] as const;
    for (const [number, way] of ['terminates', 'exits', 'runsOut', 'throws'].entries()) {
      for (const [kind, deadline] of rows(kinds, (_, at) => number === 0 && at === 0)) {
        it(`the thread ${way}, ${kind}: its child ends, the process lives ${LONG}`, async () => {
          const script = dying('thread', kind, way);
          await script.says('thread ended');
          const [child] = spawnedBy(script) as [number];
          await poll('the child is gone', () => !isAlive(child), deadline);
          expect(isAlive(script.pid)).to.equal(true);
          if (kind === 'loop') expect(folder.lines('log')).to.deep.equal(['begin', 'loop', 'end']);
        });
      }
    }
  });

  itInFull(`40 the guardian of a thread goes with the last child, though nobody reaps that ${LONG}`, async () => {
    const script = dying('thread', 'plain', 'terminates');
    await script.says('thread ended');
    await poll('the guardian is gone', () => guardianOf(script.pid) === undefined, 2_000);
  });

  describe('40 the guardian is killed', () => {
    const bereft = async (kind: string, argument = '') => {
      const script = dying('told', kind, argument);
      await script.says('child');
      const guardian = await poll('a guardian', () => guardianOf(script.pid));
      process.kill(guardian, 'SIGKILL');
      await poll('it is gone', () => !isAlive(guardian));
      return script;
    };
    for (const [number, way] of ['runsOut', 'exits'].entries()) {
      for (const kind of rows(['plain', 'loop', 'busy', 'busyStubborn'], (_, at) => number === 1 && at === 3)) {
        it(`${kind}, the parent ${way}: its child goes, the code is kept ${LONG}`, async () => {
          const script = await bereft(kind, way);
          process.kill(script.pid, 'SIGUSR2');
          expect(await script.ended).to.include({ code: 0, signal: null });
          await expectNoSurvivor(500);
        });
      }
    }
    for (const kind of rows(['plain', 'loop', 'stubborn'], kind => kind === 'loop')) {
      it(`${kind}, the parent is killed: its child ends, since it is not too busy to notice ${LONG}`, async () => {
        const script = await bereft(kind);
        script.process.kill('SIGKILL');
        await script.ended;
        await expectNoSurvivor(1_500);
        if (kind === 'loop') expect(folder.lines('log')).to.deep.equal(['begin', 'loop', 'end']);
      });
    }
    itInFull(`the next child brings a new one, which guards the first child too ${LONG}`, async () => {
      const script = await bereft('busy', 'again');
      process.kill(script.pid, 'SIGUSR2');
      await poll('a second child', () => spawnedBy(script).length === 2);
      const guardian = guardianOf(script.pid);
      script.process.kill('SIGKILL');
      for (const child of guardian ? [] : spawnedBy(script)) process.kill(child, 'SIGKILL');
      await script.ended;
      expect(guardian, 'a new guardian').to.be.a('number');
      await expectNoSurvivor(1_000);
    });
  });
});
