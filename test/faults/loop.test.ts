/** FAULTS 41 and 42: begin, loop and end. */
import { expect } from 'chai';
import { firstValueFrom, lastValueFrom, toArray } from 'rxjs';
import { fixture, fixturePath } from '../support/fixture';
import { itInFull, LONG, rows } from '../support/long';
import { outcomeOf } from '../support/outcome';
import { poll } from '../support/poll';
import { runNode } from '../support/script';
import { temporaryFolder } from '../support/temporary';

const loops = fixture<typeof import('../fixtures/loops')>('loops');
const { Noting } = loops;
const SCRIPT = fixturePath('scripts/parent').replace(/js$/, 'cjs');

describe('41 end runs exactly once', () => {
  const folder = temporaryFolder();
  const noted = () => folder.lines('log');

  it('begin throws', async () => {
    const task = new loops.BeginThrows(folder.file('log'));
    const ready = firstValueFrom(task.ready$).catch(error => error);
    const { exit, error, states } = await outcomeOf(task);
    expect(noted()).to.deep.equal(['begin', 'end']);
    expect(exit).to.include({ reason: 'failed', code: 1 });
    expect(error?.message).to.match(/BeginThrows\.begin\(\) threw/);
    expect(await ready).to.equal(error);
    expect(states).to.deep.equal(['created', 'starting', 'exited']);
  });
  it('loop throws', async () => {
    const { exit, error } = await outcomeOf(new loops.LoopThrows(folder.file('log')));
    expect(noted()).to.deep.equal(['begin', 'loop', 'end']);
    expect(exit.reason).to.equal('failed');
    expect(error?.message).to.match(/LoopThrows\.loop\(\) threw/);
  });
  it('a timer throws', async () => {
    const { exit, error } = await outcomeOf(new loops.TimerThrows(folder.file('log')));
    expect(noted()).to.deep.equal(['begin', 'loop', 'end']);
    expect(exit.reason).to.equal('failed');
    expect(error?.remote.message).to.equal('timer failed');
  });
  it('stopped before begin: begin and end still run', async () => {
    const task = new Noting(folder.file('log'));
    await firstValueFrom(task.event$.pipe());
    const exit = await task.shutdown();
    expect(noted().filter(line => line !== 'loop')).to.deep.equal(['begin', 'end']);
    expect(exit).to.include({ reason: 'stopped', code: 0 });
  });
  it('SIGTERM in begin', async () => {
    const task = new loops.SlowBegin(folder.file('log'));
    await poll('begin', () => noted().includes('begin'));
    task.process?.kill('SIGTERM');
    expect(await task.wait()).to.include({ reason: 'stopped', code: 0 });
    expect(noted()).to.deep.equal(['begin', 'begun', 'end']);
  });
  it('SIGTERM in loop: the turn finishes', async () => {
    const task = new loops.SlowLoop(folder.file('log'));
    await poll('loop', () => noted().includes('loop'));
    task.process?.kill('SIGTERM');
    expect(await task.wait()).to.include({ reason: 'stopped', code: 0 });
    expect(noted()).to.deep.equal(['begin', 'loop', 'looped', 'end']);
  });
  it('SIGTERM asleep', async () => {
    const task = new Noting(folder.file('log'), 1e6);
    await firstValueFrom(task.iteration$);
    task.process?.kill('SIGTERM');
    expect(await task.wait()).to.include({ reason: 'stopped', code: 0 });
    expect(noted()).to.deep.equal(['begin', 'loop', 'end']);
  });
  it('loop returns false', async () => {
    const task = new Noting(folder.file('log'), 1, 3);
    const iterations = await lastValueFrom(task.iteration$.pipe(toArray()));
    expect(iterations.map(({ index, sleep }) => [index, sleep])).to.deep.equal([
      [0, 1],
      [1, 1],
      [2, false],
    ]);
    expect((await task.wait()).reason).to.equal('completed');
    await task.result();
    expect(noted()).to.deep.equal(['begin', 'loop', 'loop', 'loop', 'end']);
  });
  itInFull(`the parent is gone, asleep and at work ${LONG}`, async () => {
    for (const [kind, notes] of [
      ['loop', ['begin', 'loop', 'end']],
      ['slowLoop', ['begin', 'loop', 'looped', 'end']],
    ] as const) {
      const parent = runNode([SCRIPT, kind, 'waits', folder.file(kind)]);
      await parent.says('child');
      parent.process.kill('SIGKILL');
      await parent.ended;
      await poll('end', () => folder.lines(kind).includes('end'), 2_000);
      expect(folder.lines(kind)).to.deep.equal(notes);
    }
  });
  it('end does not run after process.exit or SIGKILL', async () => {
    const { exit } = await outcomeOf(new loops.ExitsInLoop(folder.file('log')));
    expect(noted()).to.deep.equal(['begin', 'loop']);
    expect(exit).to.include({ reason: 'failed', code: 0 });
    const task = new Noting(folder.file('killed'), 1e6);
    task.result().catch(() => {});
    await firstValueFrom(task.iteration$);
    task.process?.kill('SIGKILL');
    expect(await task.wait()).to.include({ reason: 'killed' });
    expect(folder.lines('killed')).to.deep.equal(['begin', 'loop']);
  });
  it('an await that never settles', async () => {
    const { exit, error } = await outcomeOf(new loops.NeverEndingLoop(folder.file('log')));
    expect(noted()).to.deep.equal(['begin', 'loop', 'end']);
    expect(exit).to.include({ reason: 'failed', code: 13 });
    expect(error?.message).to.match(/awaits what can never come/);
  });
});

describe('42 what loop returns', () => {
  const folder = temporaryFolder();
  it('0: again on the next turn', async () => {
    const task = new Noting(folder.file('log'), 0, 50);
    const iterations = await lastValueFrom(task.iteration$.pipe(toArray()));
    expect(iterations.map(({ sleep }) => sleep)).to.deep.equal([...Array(49).fill(0), false]);
    await task.wait();
  });
  for (const nothing of rows([undefined, null], each => each === undefined)) {
    it(`${nothing}: DEFAULT_SLEEP ${LONG}`, async () => {
      const task = new loops.Defaulting(nothing);
      const [first] = await firstValueFrom(task.iteration$.pipe(toArray()));
      expect(first).to.include({ index: 0, sleep: 7 });
      await task.wait();
    });
  }
  it('a promise that never settles, with an open handle: a stop needs SIGKILL', async () => {
    const task = new loops.NeverEndingTurn(folder.file('log'));
    await poll('a turn', () => folder.lines('log').includes('loop'));
    void task.shutdown();
    const { exit } = await outcomeOf(task);
    expect(exit).to.include({ reason: 'stopped', signal: 'SIGKILL', forced: true });
    expect(folder.lines('log')).to.deep.equal(['begin', 'loop']);
  });
  itInFull(`a promise that never settles, without an open handle: the error says so ${LONG}`, async () => {
    const { exit, error } = await outcomeOf(new loops.NeverEndingLoop(folder.file('log')));
    expect(exit).to.include({ reason: 'failed', code: 13 });
    expect(error?.message).to.match(/awaits what can never come/);
  });
  const wrongs = [Number.NaN, -1, Number.POSITIVE_INFINITY, '5', {}, true] as never[];
  for (const wrong of rows(wrongs, (_, at) => at === 0)) {
    it(`${JSON.stringify(wrong)} (${String(wrong)}): a RemoteError that says so ${LONG}`, async () => {
      const { exit, error } = await outcomeOf(new Noting(folder.file('log'), wrong));
      expect(exit.reason).to.equal('failed');
      expect(error?.message).to.match(/loop\(\) returned .*return the ms to sleep/);
      expect(folder.lines('log')).to.deep.equal(['begin', 'loop', 'end']);
    });
  }
  it('2 ** 31: sleeps, and wakes for a stop', async () => {
    const task = new Noting(folder.file('log'), 2 ** 31);
    expect(await firstValueFrom(task.iteration$)).to.include({ sleep: 2 ** 31 });
    expect(await task.shutdown()).to.include({ reason: 'stopped', code: 0 });
    expect(folder.lines('log')).to.deep.equal(['begin', 'loop', 'end']);
  });
  it('0: what else the process waits for comes in between', async () => {
    const task = new loops.Polling();
    expect((await outcomeOf(task)).exit.reason).to.equal('completed');
  });
  itInFull(`0: the memory stays as it is ${LONG}`, async () => {
    const messages = await lastValueFrom(new loops.Restless(4_000).message$.pipe(toArray()));
    const [before, after] = messages as [number, number];
    // 36,000 turns: one object that each leaves behind would be 4 MB; what V8 optimizes meanwhile is 1 MB.
    expect(after - before).to.be.below(2);
  });
  for (const sleep of rows([0.3, 1.9, 5, 10.7], each => each === 5)) {
    it(`${sleep}: no turn comes before that ${LONG}`, async () => {
      const slept = await firstValueFrom(new loops.Measuring(sleep, 100).message$);
      expect(slept).to.have.lengthOf(100);
      expect(Math.min(...slept)).to.be.at.least(sleep);
    });
  }
  for (const step of rows([5, 16.7], each => each === 16.7)) {
    it(`the ms up to a multiple of ${step} ms of Date.now(): no turn comes before that ${LONG}`, async () => {
      const behind = await firstValueFrom(new loops.Aligned(step, 100).message$);
      expect(behind).to.have.lengthOf(100);
      // As exact as a sum of numbers of that size is.
      expect(Math.min(...behind)).to.be.above(-0.001);
    });
  }
});
