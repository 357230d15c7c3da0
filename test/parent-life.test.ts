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
    for (const kind of ['plain', 'loop']) {
      it(`${kind}: the code is kept, the child goes`, async () => {
        expect(await parent(kind, 'exits').ended).to.include({ code: 7 });
        const thrown = await parent(kind, 'throws').ended;
        expect(thrown.code).to.equal(1);
        expect(thrown.stderr).to.match(/the parent’s own/);
        const rejected = await parent(kind, 'rejects').ended;
        expect(rejected.code).to.equal(1);
        expect(rejected.stderr).to.match(/the parent’s own/);
      });
    }
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
      ['stubborn', []],
      ['finishing', ['finished']],
    ] as const) {
      it(`${kind}: sees the channel close and goes`, async () => {
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
