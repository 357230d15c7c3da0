/** FAULTS 30 to 33: shutdowns. */
import { expect } from 'chai';
import { firstValueFrom, lastValueFrom, toArray } from 'rxjs';
import { fixture, fixturePath, ROOT } from '../support/fixture';
import { outcomeOf } from '../support/outcome';
import { poll } from '../support/poll';
import { runNode } from '../support/script';
import { temporaryFolder } from '../support/temporary';

const { Abortable, Busy, CleansUp, IgnoresSigterm, Unhurried } = fixture<typeof import('../fixtures/enders')>('enders');
const { CountsSigterms, LongAndUnhurried, StoppedAndDeaf } = fixture<typeof import('../fixtures/oddities')>('oddities');
const { Echo, Sleeper } = fixture<typeof import('../fixtures/tasks')>('tasks');
const { EndNeverEnds, EndThrows, Noting } = fixture<typeof import('../fixtures/loops')>('loops');

describe('30 a child that does not end by itself', () => {
  it('uses signal, and is asked as soon as it is ready: it answers', async () => {
    for (let turn = 0; turn < 10; turn++) {
      const task = new CleansUp();
      await firstValueFrom(task.ready$);
      await task.shutdown();
      expect(await task.result()).to.equal('cleaned up');
    }
  });
  it('ignores SIGTERM: SIGKILL at the end of the grace', async () => {
    const task = new IgnoresSigterm();
    await firstValueFrom(task.message$);
    const start = performance.now();
    const exit = await task.shutdown();
    expect(performance.now() - start).to.be.within(295, 800);
    expect(exit).to.include({ reason: 'stopped', signal: 'SIGKILL', forced: true });
  });
  it('is stopped by SIGSTOP: gets SIGCONT with its SIGTERM', async () => {
    const task = new Sleeper(1e6);
    await firstValueFrom(task.ready$);
    task.process?.kill('SIGSTOP');
    expect(await task.shutdown()).to.include({ reason: 'stopped', signal: 'SIGTERM', forced: false });
  });
  it('is stopped, again and again, and ignores SIGTERM: SIGKILL at the end of the grace', async () => {
    const task = new StoppedAndDeaf();
    await firstValueFrom(task.message$);
    task.process?.kill('SIGSTOP');
    const start = performance.now();
    const exit = await task.shutdown();
    expect(performance.now() - start).to.be.within(295, 800);
    expect(exit).to.include({ reason: 'stopped', signal: 'SIGKILL', forced: true });
  });
  it('is busy: dies of SIGTERM', async () => {
    const task = new Busy();
    await firstValueFrom(task.message$);
    expect(await task.shutdown()).to.include({ reason: 'stopped', signal: 'SIGTERM', forced: false });
  });
  it('a shorter grace in a later call is used', async () => {
    const task = new IgnoresSigterm();
    await firstValueFrom(task.message$);
    const first = task.shutdown({ grace: Number.POSITIVE_INFINITY });
    const second = await task.shutdown({ grace: 50 });
    expect(second).to.include({ reason: 'stopped', forced: true });
    expect(await first).to.equal(second);
  });
});

describe('31 several shutdowns', () => {
  it('one SIGTERM is sent, however often and for whatever grace it is asked', async () => {
    const task = new CountsSigterms();
    await firstValueFrom(task.message$);
    const timers = () => process.getActiveResourcesInfo().filter(each => each === 'Timeout').length;
    const before = timers();
    const asked = [task.shutdown(), task.shutdown({ grace: 2_000 }), task.shutdown({ grace: 10_000 }), task.shutdown()];
    expect(await task.result()).to.equal(1);
    expect(new Set(await Promise.all(asked)).size).to.equal(1);
    // The only one that arrives is the guardian's, and it delays nothing.
    expect(timers()).to.be.at.most(before + 1);
    await poll('no timer is left', () => timers() <= before);
  });
  it('three at once: one signal, one status', async () => {
    const task = new Abortable();
    await firstValueFrom(task.message$);
    const events = lastValueFrom(task.event$.pipe(toArray()));
    const exits = await Promise.all([task.shutdown(), task.shutdown(), task.shutdown()]);
    expect(new Set(exits).size).to.equal(1);
    expect(exits[0]).to.include({ reason: 'stopped', code: 0, signal: null, forced: false });
    expect((await events).filter(({ type }) => type === 'stopping')).to.have.length(1);
    expect(await task.result()).to.equal('aborted');
  });
  it('after the exit: the same status', async () => {
    const task = new Echo(1);
    const exit = await task.wait();
    expect(await task.shutdown()).to.equal(exit);
    expect(exit.reason).to.equal('completed');
  });
  it('after the result: the work counts as completed or stopped, and its result is kept', async () => {
    const task = new Echo(1);
    expect(await task.result()).to.equal(1);
    const exit = await task.shutdown();
    expect(exit.reason).to.be.oneOf(['completed', 'stopped']);
    expect(exit.error).to.equal(undefined);
    expect(await task.result()).to.equal(1);
  });
  it('a stop without a result: result$ completes empty, result() rejects', async () => {
    const task = new Sleeper(1e6);
    const values = lastValueFrom(task.result$.pipe(toArray()));
    const rejected = task.result().catch(error => error);
    await firstValueFrom(task.ready$);
    await task.shutdown();
    expect(await values).to.deep.equal([]);
    expect(await rejected).to.include({ name: 'ExitError' });
  });
  it('await using shuts down', async () => {
    let kept: InstanceType<typeof Sleeper>;
    {
      await using task = new Sleeper(1e6);
      kept = task;
      await firstValueFrom(task.ready$);
    }
    expect(await kept.wait()).to.include({ reason: 'stopped' });
  });
});

describe('32 TERMINATE_ON_SHUTDOWN is false', () => {
  it('no signal: completes with code 0', async () => {
    const task = new Unhurried(300);
    await firstValueFrom(task.message$);
    void task.shutdown();
    const { exit, value, states } = await outcomeOf(task);
    expect(exit).to.include({ reason: 'completed', code: 0, signal: null });
    expect(value).to.equal('finished');
    expect(states).to.deep.equal(['stopping', 'exited']);
  });
  it('however long it takes: the grace does not apply', async () => {
    const task = new LongAndUnhurried();
    await firstValueFrom(task.message$);
    const exit = await task.shutdown();
    expect(exit).to.include({ reason: 'completed', code: 0, signal: null, forced: false });
    expect(exit.duration).to.be.greaterThan(1_500);
    expect(await task.result()).to.equal('finished');
  });
  it('terminate: true overrides it', async () => {
    const task = new Unhurried(1e6);
    await firstValueFrom(task.message$);
    void task.shutdown();
    expect(await task.shutdown({ terminate: true })).to.include({ reason: 'stopped', signal: 'SIGTERM' });
  });
});

describe('33 end() goes wrong', () => {
  const folder = temporaryFolder();
  it('throws: a RemoteError and the exit', async () => {
    const task = new EndThrows(folder.file('log'));
    const settled = outcomeOf(task);
    await poll('a turn', () => folder.lines('log').includes('loop'));
    await task.shutdown();
    const { exit, error } = await settled;
    expect(exit).to.include({ reason: 'stopped', code: 1 });
    expect(error).to.include({ name: 'RemoteError' });
    expect(error?.message).to.match(/EndThrows\.end\(\) threw/);
    expect(folder.lines('log').filter(line => line === 'end')).to.have.length(1);
  });
  it('never ends: SIGKILL after the grace', async () => {
    const task = new EndNeverEnds(folder.file('log'));
    await poll('a turn', () => folder.lines('log').includes('loop'));
    expect(await task.shutdown({ grace: 200 })).to.include({ reason: 'stopped', forced: true });
  });
});

describe('34 a loop that is shut down', () => {
  const folder = temporaryFolder();
  it('on a platform without SIGTERM: by its order, end() runs', async () => {
    const code = `const library = require('offspring-rx')[Symbol.for('offspring-rx.inner')];
      library.platform_platform.platform.stop.hasSigterm = false;
      const { Noting } = require(${JSON.stringify(fixturePath('loops'))});
      const task = new Noting(${JSON.stringify(folder.file('log'))}, 1e6);
      task.iteration$.subscribe(() => task.shutdown().then(({ reason, code, forced }) => console.log(reason, code, forced)));`;
    expect(await runNode(['-e', code], { cwd: ROOT }).ended).to.include({
      code: 0,
      stdout: 'stopped 0 false\n',
      stderr: '',
    });
    expect(folder.lines('log')).to.deep.equal(['begin', 'loop', 'end']);
  });
  it('asleep: wakes at once and ends', async () => {
    const task = new Noting(folder.file('log'), 1e6);
    await firstValueFrom(task.iteration$);
    const start = performance.now();
    expect(await task.shutdown()).to.include({ reason: 'stopped', code: 0 });
    expect(performance.now() - start).to.be.below(1_000);
    expect(folder.lines('log')).to.deep.equal(['begin', 'loop', 'end']);
  });
});
