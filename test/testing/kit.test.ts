/** The testing kit: virtual time, faults by marbles, and the check that no child is left. */
import { AssertionError } from 'node:assert';
import { expect } from 'chai';
import { supervise } from 'offspring-rx/supervise';
import {
  crash,
  expectNoChildren,
  inProcess,
  killedBy,
  messages,
  neverReady,
  poolInProcess,
  VirtualTime,
} from 'offspring-rx/testing';
import { firstValueFrom, map, toArray } from 'rxjs';
import { fixture } from '../support/fixture';

const { Doing, Turning, Working, Explicit } = fixture<typeof import('../fixtures/contract')>('contract');
const messageOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'it resolved',
    (error: Error) => error.message,
  );

describe('virtual time', () => {
  it('stands still until it is advanced, and takes no time', async () => {
    const time = new VirtualTime();
    const task = inProcess(Turning, [[86_400_000]], { time });
    const turns = time.record(task.iteration$.pipe(map(({ index, duration }) => `${index} ${duration}`)));
    await time.advance(86_399_999);
    expect(turns.values).to.deep.equal(['0 0']);
    await time.advance(1);
    turns.expect('a 86399999ms b', { a: '0 0', b: '1 0' });
    const exit = task.shutdown();
    await time.advance(0);
    expect(await exit).to.include({ reason: 'stopped', duration: 86_400_000 });
    expect(time.now).to.equal(86_400_000);
  });

  it('stamps the events', async () => {
    const time = new VirtualTime();
    await time.advance(100);
    const task = inProcess(Turning, [[10, false]], { time });
    const ats = firstValueFrom(
      task.event$.pipe(
        map(({ at }) => at),
        toArray(),
      ),
    );
    await time.flush();
    expect(new Set(await ats)).to.deep.equal(new Set([100, 110]));
  });

  it('passes at once by itself, unless it is given', async () => {
    const start = Date.now();
    const exit = await inProcess(Turning, [[3_600_000, 3_600_000, false]]).wait();
    expect(exit.duration).to.equal(7_200_000);
    expect(Date.now() - start).to.be.below(10_000);
  });

  it('tells of a stream that does not match its marbles', async () => {
    const time = new VirtualTime();
    const task = inProcess(Turning, [[5, false]], { time });
    const states = time.record(task.state$);
    await time.flush();
    const values = { a: 'created', b: 'starting', c: 'running', x: 'exited' } as const;
    states.expect('(abc)(x|)', values);
    expect(() => states.expect('(abc)-(x|)', values)).to.throw(AssertionError);
    expect(() => states.expect('(abc)(x|)', { ...values, x: 'stopping' })).to.throw(AssertionError);
  });

  it('flush() refuses a loop without end', async () => {
    const time = new VirtualTime();
    const task = inProcess(Turning, [[1_000]], { time });
    expect(await messageOf(time.flush({ limit: 10_000 }))).to.match(/something still waits after 10000 ms/);
    const exit = task.shutdown();
    await time.advance(0);
    await exit;
  });

  it('kills after the grace', async () => {
    const time = new VirtualTime();
    const task = inProcess(Doing, ['ignoresSignal'], { time });
    await time.advance(0);
    const exit = task.shutdown({ grace: 1_000_000 });
    const exits = time.record(task.exit$.pipe(map(({ cause }) => cause)));
    await time.advance(999_999);
    expect(exits.values).to.deep.equal([]);
    await time.advance(1);
    expect(await exit).to.include({ reason: 'stopped', cause: 'grace', forced: true });
  });
});

describe('faults', () => {
  it('come after their time', async () => {
    const time = new VirtualTime();
    const task = inProcess(Turning, [[100]], { time, fault: crash({ after: 250 }) });
    const turns = time.record(task.iteration$.pipe(map(({ index }) => index)));
    const failure = messageOf(task.result());
    await time.flush();
    turns.expect('0 99ms 1 99ms 2 49ms |', [0, 1, 2]);
    expect(await failure).to.match(/was killed by SIGSEGV/);
    expect(time.now).to.equal(250 + 50);
  });

  it('messages by marbles, and an error', async () => {
    const time = new VirtualTime();
    const task = inProcess(Doing, ['stays'], {
      time,
      fault: messages('-a-(bb)#', { a: 1, b: { c: 2 } }, new RangeError('r')),
    });
    const seen = time.record(task.message$);
    const failure = messageOf(task.result());
    await time.flush();
    expect(seen.values).to.deep.equal([1, { c: 2 }, { c: 2 }]);
    expect(await failure).to.match(/^Doing\.run\(\) threw in the child \(pid \d+\): RangeError: r$/);
  });

  it('messages of a loop end it', async () => {
    const task = inProcess(Turning, [[100]], { fault: messages('a|') });
    expect(await firstValueFrom(task.message$.pipe(toArray()))).to.deep.equal(['begin', 'a', 'end']);
    expect(await task.wait()).to.include({ reason: 'completed' });
  });

  it('a supervisor restarts what fails, without a process', async () => {
    const time = new VirtualTime();
    const faults = [neverReady(), killedBy('SIGKILL', { after: 20 })];
    const event$ = supervise(() => inProcess(Turning, [[10, false]], { time, ...faultOf(faults.shift()) }), {
      backoff: { initial: 100, factor: 1, jitter: 0 },
      restart: 'on-failure',
      scheduler: time.scheduler,
    });
    const events = time.record(
      event$.pipe(map(event => (event.type === 'exited' ? (event.exit.cause ?? 'ok') : event.type))),
    );
    await time.flush();
    expect(events.values).to.deep.equal([...['started', 'ready-timeout', 'restarting', 'started', 'ok']]);
  });

  it('the watchdog of a supervisor ends what gives no sign of life, without a process', async () => {
    const time = new VirtualTime();
    // Its turns are 500 ms apart, which is no silence. Then no message comes for ever.
    const fault = messages('a 499ms b-');
    const event$ = supervise(() => inProcess(Turning, [[500, 500, 500, false]], { time, fault }), {
      watchdog: 800,
      restart: 'never',
      scheduler: time.scheduler,
    });
    const exits = time.record(event$.pipe(map(event => (event.type === 'exited' ? event.exit.cause : event.type))));
    await time.advance(1_299);
    expect(exits.values).to.deep.equal(['started']);
    await time.advance(1);
    expect(exits.values).to.deep.equal(['started', 'watchdog']);
    expect(time.now).to.equal(1_300);
  });

  const faultOf = <Each>(fault: Each | undefined) => (fault ? { fault } : {});
});

describe('a pool in the process of its test', () => {
  it('tries the items of a worker that was killed again', async () => {
    await using pool = poolInProcess(Working, { args: [2], workers: 1, retries: 1, faults: [killedBy('SIGKILL')] });
    expect(await firstValueFrom(pool.map([1, 2, 3]).pipe(toArray()))).to.deep.equal([2, 4, 6]);
  });

  it('refuses what the real one refuses', () => {
    expect(() => poolInProcess(Doing as never)).to.throw(/it takes a class that extends SubprocessWorker/);
    expect(() => poolInProcess(undefined as never)).to.throw(/it takes a class that extends SubprocessWorker/);
    expect(() => poolInProcess(Working, { args: [1], workers: 0 })).to.throw(/workers/);
  });
});

describe('expectNoChildren', () => {
  it('resolves if there are none', async () => {
    await expectNoChildren();
  });

  it('says which tasks are left, and where they were made, and kills them', async () => {
    const child = new Doing('stays');
    await firstValueFrom(child.ready$);
    const inTest = inProcess(Doing, ['stays']);
    await firstValueFrom(inTest.ready$);
    const told = await messageOf(expectNoChildren());
    expect(told).to.match(/^2 children are left:\n/);
    expect(told).to.match(/\n {2}Doing \(pid \d+\), made at .*kit\.test\.ts:\d+:\d+/);
    expect(told).to.match(/\n {2}Doing \(in this process, or without one yet\), made at .*kit\.test\.ts:\d+:\d+/);
    expect((await child.wait()).reason).to.equal('stopped');
    expect((await inTest.wait()).reason).to.equal('stopped');
    await expectNoChildren();
  });

  it('does not count a process that has done its work, or that is being shut down', async () => {
    await new Doing('nothing').result();
    await expectNoChildren();
    const child = new Doing('stays');
    await firstValueFrom(child.ready$);
    const exit = child.shutdown();
    await expectNoChildren();
    expect((await exit).reason).to.equal('stopped');
  });

  it('names a worker of a pool', async () => {
    const pool = poolInProcess(Working, { args: [1], workers: 1 });
    await pool.run(1);
    expect(await messageOf(expectNoChildren())).to.match(/^1 child is left:\n {2}Working \(/);
    await pool.shutdown();
  });

  it('waits for those that are about to end, if it is told to', async () => {
    const task = new Doing('nothing');
    await expectNoChildren({ within: 20_000 });
    expect((await task.wait()).reason).to.equal('completed');
  });

  it('takes what runners pass to their hooks, and asks for no callback', async () => {
    expect(expectNoChildren).to.have.length(0);
    await expectNoChildren((() => {}) as never);
    await expectNoChildren({ within: 'a suite' } as never);
  });

  it('does not count a task that was never started', async () => {
    const task = new Explicit('nothing');
    await expectNoChildren();
    await task.shutdown();
  });
});
