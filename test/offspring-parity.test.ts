/** The eight tests of the Python original, by name and meaning. */
import { expect } from 'chai';
import { StateError, Subprocess } from 'offspring-rx';
import { firstValueFrom, lastValueFrom, toArray } from 'rxjs';
import { fixture } from './support/fixture';
import { poll } from './support/poll';
import { isAlive } from './support/processes';
import { temporaryFolder } from './support/temporary';

const { Explicit, Sleeper, Waited } = fixture<typeof import('./fixtures/tasks')>('tasks');
const { Unhurried } = fixture<typeof import('./fixtures/enders')>('enders');
const { Counting, Noting } = fixture<typeof import('./fixtures/loops')>('loops');

const pidOf = (task: Subprocess<any, any, any>) => task.process?.pid as number;

describe('parity with the Python original', () => {
  const folder = temporaryFolder();

  it('subprocess_basic: a child is alive while it runs, and not afterwards', async () => {
    const task = new Sleeper(1_000);
    await firstValueFrom(task.ready$);
    const ready = performance.now();
    const pid = pidOf(task);
    await poll('200 ms have passed', () => performance.now() - ready >= 200);
    // The work takes 1,000 ms, so it is alive unless this process was held up for long.
    if (performance.now() - ready < 240) expect(isAlive(pid)).to.equal(true);
    const { duration } = await task.wait();
    expect(isAlive(pid)).to.equal(false);
    expect(duration).to.be.at.least(995);
  });

  it('wait_for_child: run is called even if the parent shuts it down at once', async () => {
    const task = new Waited(folder.file('log'));
    await firstValueFrom(task.ready$);
    await poll('run has been called', () => folder.lines('log').includes('run'));
    await task.shutdown();
  });

  it('terminate_on_shutdown: shutdown takes as long as run', async () => {
    const task = new Unhurried(300);
    await firstValueFrom(task.message$);
    const start = performance.now();
    const exit = await task.shutdown();
    expect(performance.now() - start).to.be.at.least(280);
    expect(exit.reason).to.equal('completed');
  });

  it('explicit_start: there is no process before start', async () => {
    const task = new Explicit();
    await new Promise(resolve => setImmediate(resolve));
    expect(task.process).to.equal(null);
    expect(task.start()).to.equal(task);
    expect(task.process).not.to.equal(null);
    await task.wait();
  });

  it('start_assertion: a second start throws', async () => {
    const task = new Explicit().start();
    expect(() => task.start()).to.throw(StateError, /Explicit.*started before/);
    expect((await task.wait()).reason).to.equal('completed');
  });

  it('atexit: shutdownAll ends a running child', async () => {
    const task = new Sleeper(1e6);
    await firstValueFrom(task.ready$);
    const pid = pidOf(task);
    const exits = await Subprocess.shutdownAll();
    expect(exits.map(({ reason }) => reason)).to.deep.equal(['stopped']);
    expect(isAlive(pid)).to.equal(false);
  });

  it('loop: sleeps as long as each turn says, then ends', async () => {
    const task = new Counting();
    const iterations = lastValueFrom(task.iteration$.pipe(toArray()));
    const values = await lastValueFrom(task.message$.pipe(toArray()));
    expect(values.map(({ count }) => count)).to.deep.equal([1, 2, 3, 4]);
    const gaps = values.slice(1).map(({ at }, index) => at - (values[index]?.at as number));
    for (const [index, gap] of gaps.entries()) expect(gap).to.be.at.least((index + 1) * 100 - 5);
    expect((await iterations).map(({ sleep }) => sleep)).to.deep.equal([100, 200, 300, false]);
    expect((await task.wait()).reason).to.equal('completed');
  });

  it('loop_sigterm: a SIGTERM from outside lets no further turn begin', async () => {
    const task = new Noting(folder.file('log'), 200);
    await poll('two turns', () => folder.lines('log').filter(line => line === 'loop').length === 2);
    const pid = pidOf(task);
    process.kill(pid, 'SIGTERM');
    const exit = await task.wait();
    expect(folder.lines('log')).to.deep.equal(['begin', 'loop', 'loop', 'end']);
    expect(exit).to.include({ reason: 'stopped', code: 0 });
    expect(isAlive(pid)).to.equal(false);
  });
});
