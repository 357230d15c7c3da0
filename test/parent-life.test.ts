/** How long the parent lives, and what becomes of its children: measured by sacrificial parents. */
import { expect } from 'chai';
import { fixturePath } from './support/fixture';
import { poll } from './support/poll';
import { isAlive } from './support/processes';
import { runNode } from './support/script';
import { temporaryFolder } from './support/temporary';

const SCRIPT = fixturePath('scripts/parent').replace(/js$/, 'cjs');

describe('the life of the parent', () => {
  const folder = temporaryFolder();
  const noted = () => folder.lines('log');
  const parent = (kind: string, way: string, flags: string[] = []) =>
    runNode([SCRIPT, kind, way, folder.file('log')], { flags });

  describe('its work runs out', () => {
    it('a plain child is shut down, the code is 0', async () => {
      expect(await parent('plain', 'runsOut').ended).to.include({ code: 0, signal: null, stderr: '' });
    });
    it('a child that has only just been made does not hold it', async () => {
      expect(await parent('plain', 'runsOutAtOnce').ended).to.include({ code: 0, stderr: '' });
    });
    it('a loop asleep ends with end()', async () => {
      expect(await parent('loop', 'runsOut').ended).to.include({ code: 0 });
      expect(noted()).to.deep.equal(['begin', 'loop', 'end']);
    });
    it('a loop at work finishes its turn', async () => {
      expect(await parent('slowLoop', 'runsOut').ended).to.include({ code: 0 });
      expect(noted()).to.deep.equal(['begin', 'loop', 'looped', 'end']);
    });
    it('a loop that has only just been made gets begin and end', async () => {
      expect(await parent('loop', 'runsOutAtOnce').ended).to.include({ code: 0 });
      expect(noted().filter(line => line !== 'loop')).to.deep.equal(['begin', 'end']);
    });
    it('WAIT_FOR_CHILD: run is entered, however soon the parent ends', async () => {
      expect(await parent('waited', 'runsOutAtOnce').ended).to.include({ code: 0, stderr: '' });
      expect(noted()).to.deep.equal(['entered']);
    });
    it('TERMINATE_ON_SHUTDOWN = false is awaited until run completes', async () => {
      expect(await parent('finishing', 'runsOutAtOnce').ended).to.include({ code: 0 });
      expect(noted()).to.deep.equal(['finished']);
    });
    it('a child that ignores SIGTERM is killed after its grace', async () => {
      expect(await parent('stubborn', 'runsOut').ended).to.include({ code: 0 });
    });
  });

  describe('process.exit, an uncaught exception, an unhandled rejection', () => {
    const gone: [kind: string, notes: string[]][] = [
      ['plain', []],
      ['busy', []],
      ['stubborn', []],
      ['busyStubborn', []],
      ['loop', ['begin', 'loop', 'end']],
      ['slowLoop', ['begin', 'loop', 'looped', 'end']],
      ['waited', ['entered']],
      ['finishing', ['finished']],
    ];
    for (const [kind, notes] of gone) {
      for (const [way, code] of [
        ['exits', 7],
        ['throws', 1],
        ['rejects', 1],
      ] as const) {
        it(`${way}, ${kind}: blocks until the child is gone, the code is kept`, async () => {
          const script = parent(kind, way);
          const { signal, stdout, stderr, ...ended } = await script.ended;
          expect(isAlive(Number(/child (\d+)/.exec(stdout)?.[1]))).to.equal(false);
          expect(signal).to.equal(null);
          expect(ended.code).to.equal(code);
          expect(noted()).to.deep.equal(notes);
          expect(/the parent’s own/.test(stderr)).to.equal(way !== 'exits');
        });
      }
    }
    it('a child that has only just been made is not started', async () => {
      expect(await parent('plain', 'exitsAtOnce').ended).to.include({ code: 7, stderr: '' });
    });
    it('WAIT_FOR_CHILD: run is entered though the parent exits in the same turn, or soon after', async () => {
      expect(await parent('waited', 'exitsAtOnce').ended).to.include({ code: 7, stderr: '' });
      expect(await parent('waited', 'exitsSoon').ended).to.include({ code: 7 });
      expect(noted()).to.deep.equal(['entered', 'entered']);
    });
    it('a loop gets begin and end though the parent exits in the same turn, or soon after', async () => {
      expect(await parent('loop', 'exitsAtOnce').ended).to.include({ code: 7 });
      expect(await parent('loop', 'exitsSoon').ended).to.include({ code: 7 });
      expect(noted().filter(line => line !== 'loop')).to.deep.equal(['begin', 'end', 'begin', 'end']);
    });
    it('not after an uncaught exception', async () => {
      const { code, stderr } = await parent('waited', 'throwsAtOnce').ended;
      expect(code).to.equal(1);
      expect(stderr).to.match(/the parent’s own/);
      expect(noted()).to.deep.equal([]);
    });
    it('says for whom it waits, and the error first', async () => {
      const { stderr } = await parent('busyStubborn', 'throws').ended;
      expect(stderr).to.match(/^the parent’s own\noffspring-rx: waiting for 1 child \(pid \d+\)\n/);
    });
    it('a signal ends a parent that blocks', async () => {
      const script = parent('unhurried', 'exits');
      await poll('it waits', () => script.stderr.includes('waiting for'));
      process.kill(script.pid, 'SIGTERM');
      await poll('it is gone', () => !isAlive(script.pid));
      // Its child goes on, as the flag says, and holds the output.
      process.kill(Number(/child (\d+)/.exec(script.stdout)?.[1]), 'SIGKILL');
      expect(await script.ended).to.include({ code: null, signal: 'SIGTERM' });
    });
  });

  describe('a signal', () => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      it(`${signal} with no listener of the user’s: shutdown, then death by the same signal`, async () => {
        const script = parent('loop', 'waits');
        await script.says('child');
        process.kill(script.pid, signal);
        expect(await script.ended).to.include({ code: null, signal });
        expect(noted()).to.deep.equal(['begin', 'loop', 'end']);
      });
    }
    it('with a listener of the user’s: nothing, the user decides', async () => {
      const script = parent('plain', 'listens');
      await script.says('child');
      const child = Number(/child (\d+)/.exec(script.stdout)?.[1]);
      process.kill(script.pid, 'SIGTERM');
      await script.says('heard');
      expect(isAlive(child)).to.equal(true);
      process.kill(script.pid, 'SIGUSR2');
      expect(await script.ended).to.include({ code: 9 });
    });
    it('twice at once counts as one', async () => {
      const script = parent('finishing', 'waits');
      await script.says('child');
      process.kill(script.pid, 'SIGINT');
      process.kill(script.pid, 'SIGINT');
      expect(await script.ended).to.include({ signal: 'SIGINT' });
      expect(noted()).to.deep.equal(['finished']);
    });
    it('again after half a second: SIGKILL to the children, and death', async () => {
      const script = parent('unhurried', 'waits');
      await script.says('child');
      process.kill(script.pid, 'SIGINT');
      const first = performance.now();
      await poll('half a second has passed', () => performance.now() - first > 550);
      expect(isAlive(script.pid)).to.equal(true);
      process.kill(script.pid, 'SIGINT');
      expect(await script.ended).to.include({ signal: 'SIGINT' });
    });
  });

  describe('SIGKILL', () => {
    for (const [kind, expected] of [
      ['plain', []],
      ['loop', ['begin', 'loop', 'end']],
      ['busy', []],
      ['stubborn', []],
      ['busyStubborn', []],
      ['finishing', ['finished']],
      ['talkative', []],
    ] as const) {
      it(`${kind}: the child goes`, async () => {
        const script = parent(kind, 'waits');
        await script.says('child');
        const child = Number(/child (\d+)/.exec(script.stdout)?.[1]);
        process.kill(script.pid, 'SIGKILL');
        await script.ended;
        await poll('the child is gone', () => !isAlive(child), 3_000);
        expect(noted()).to.deep.equal(expected);
      });
    }
  });
});
