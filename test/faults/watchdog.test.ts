/** FAULTS 93 to 95: supervised children that hang, and children that only seem to. */
import { expect } from 'chai';
import { isWatchdogError, type Subprocess, type WatchdogError } from 'offspring-rx';
import { supervise, superviseAll } from 'offspring-rx/supervise';
import { unsubscribeAll, watch } from '../supervise/watch';
import { fixture } from '../support/fixture';
import { LONG, rows } from '../support/long';
import { isAlive } from '../support/processes';

const { Awaits, AwaitsOnce, EmitsMuch, IgnoresAndAwaits, LoopSpins, SaysSo, Sleeps, Spins, SpinsLater } =
  fixture<typeof import('../fixtures/watched')>('watched');

const backoff = { initial: 1 };

describe('93 to 95 a supervised child that hangs', () => {
  afterEach(unsubscribeAll);

  /** Supervises one task until its supervisor gives up at its first failure. */
  const caught = async (make: () => Subprocess<never>, ms: number) => {
    const started = performance.now();
    let task: Subprocess<never> | undefined;
    const event$ = supervise(
      () => {
        task = make();
        return task;
      },
      { watchdog: ms, intensity: { restarts: 0 } },
    );
    const watched = watch(event$);
    const { error } = await watched.ended();
    const exit = await (task as Subprocess<never>).wait();
    expect(exit).to.include({ reason: 'failed', cause: 'watchdog', forced: true, error: error?.cause });
    if (!isWatchdogError(exit.error)) throw new Error('no WatchdogError');
    expect(error?.history.map(({ error }) => error)).to.deep.equal([exit.error]);
    expect(isAlive(exit.pid as number)).to.equal(false);
    return { error: exit.error as WatchdogError, exit, took: performance.now() - started };
  };

  const BUSY = { Spins, SpinsLater, LoopSpins };
  for (const [name, Task] of rows(Object.entries(BUSY), ([each]) => each === 'Spins')) {
    it(`93 its event loop is blocked: it is ended, and its stack is told: ${name} ${LONG}`, async () => {
      const { error } = await caught(() => new Task() as never, 500);
      expect(error).to.include({ name: 'WatchdogError', subprocess: name, silence: 500 });
      expect(error.where.state).to.equal('busy');
      expect(error.where.stack.split('\n')[0]).to.match(/^ {4}at spin \(.*watched\.(js|ts):\d+:\d+\)$/);
      expect(error.where.stack).to.match(/at (Spins|SpinsLater|LoopSpins)\.(run|loop) \(/);
      expect(error.stack).to.contain(error.where.stack);
      expect(error.message).to.match(
        /^\w+: the child \(pid \d+\) gave no sign of life for 500 ms and was killed: it was busy, at spin \(/,
      );
    });
  }

  it('94 it awaits for ever: it is ended, and what it has open is told', async () => {
    const { error } = await caught(() => new Awaits() as never, 300);
    expect(error.where).to.include({ state: 'waiting', stack: '' });
    expect(error.where.resources).to.include('Timeout');
    expect(error.message).to.match(/its event loop was free, so it awaited something \(open: .*Timeout/);
  });

  it('94 it is paused: it is ended within a second more', async () => {
    const watched = watch(
      superviseAll({ a: () => new Awaits() }, { watchdog: { a: 300 }, intensity: { restarts: 0 } }),
    );
    await watched.until('a started 1');
    await watched.ready('a');
    const start = performance.now();
    watched.task('a').process?.kill('SIGSTOP');
    const { error } = await watched.ended();
    const { where } = (error as Error).cause as WatchdogError;
    expect(where).to.deep.equal({ state: 'unknown', stack: '', resources: [] });
    expect(performance.now() - start).to.be.below(3_000);
  });

  it('94 it ignores SIGTERM: it is killed at once, without its grace; a child that hung is restarted', async () => {
    const { took } = await caught(() => new IgnoresAndAwaits() as never, 300);
    expect(took).to.be.below(1_300);
    let attempt = 0;
    const watched = watch(supervise(() => new AwaitsOnce(++attempt), { watchdog: 300, backoff }));
    expect((await watched.ended()).error).to.equal(undefined);
    expect(watched.events).to.deep.equal([
      'started 1',
      'exited 1 failed',
      'restarting 2',
      'started 2',
      'exited 2 completed',
    ]);
  });

  const ALIVE = {
    'says that it is alive, blocked or not': SaysSo,
    'is a loop that sleeps': Sleeps,
  };
  for (const [what, Task] of Object.entries(ALIVE)) {
    it(`95 it only seems to hang: it ${what}`, async () => {
      const watched = watch(supervise(() => new Task() as never, { watchdog: 400, restart: 'never' }));
      await watched.ended();
      expect(watched.events).to.deep.equal(['started 1', 'exited 1 completed']);
    });
  }

  it('95 it only seems to hang: it waits until its parent has read its messages', async () => {
    const task = new EmitsMuch();
    const watched = watch(supervise(() => task, { watchdog: 200, restart: 'never' }));
    let count = 0;
    for await (const _ of task.messages()) {
      count += 1;
      if (count === 10) await new Promise(resolve => setTimeout(resolve, 1_500));
    }
    await watched.ended();
    expect(count).to.equal(10_000);
    expect(watched.events).to.deep.equal(['started 1', 'exited 1 completed']);
  });

  it('95 it only seems to hang: its parent was busy for longer', async () => {
    const watched = watch(supervise(() => new SaysSo(), { watchdog: 400, restart: 'never' }));
    await watched.until('started 1');
    await watched.ready('');
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 900);
    await watched.ended();
    expect(watched.events).to.deep.equal(['started 1', 'exited 1 completed']);
  });
});
