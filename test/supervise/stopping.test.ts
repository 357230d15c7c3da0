/** Limits, hanging starts and stops: cases of OTP's supervisor_SUITE, named as there, and others. */
import { expect } from 'chai';
import type { ExitStatus } from 'offspring-rx';
import { isRestartLimitError, type SupervisorEvent, supervise, superviseAll } from 'offspring-rx/supervise';
import { firstValueFrom } from 'rxjs';
import { fixture, fixturePath } from '../support/fixture';
import { inner } from '../support/inner';
import { itInFull, LONG } from '../support/long';
import { poll } from '../support/poll';
import { runNode } from '../support/script';
import { temporaryFolder } from '../support/temporary';
import { unsubscribeAll, watch } from './watch';

const { registered } = inner<typeof import('../../src/parent/end/registry')>('parent/end/registry');

const {
  CannotStart,
  FailsToRestart,
  IgnoresTerm,
  IgnoresTermForEver,
  KilledAtOnce,
  NeverReady,
  Noted,
  Obedient,
  Unhurried,
} = fixture<typeof import('../fixtures/supervised')>('supervised');
const { Thrower } = fixture<typeof import('../fixtures/tasks')>('tasks');
type Task = InstanceType<typeof Obedient>;

const backoff = { initial: 1, factor: 1 };

describe('supervise: limits, hanging starts and stops, the end', () => {
  afterEach(unsubscribeAll);
  const folder = temporaryFolder();

  it('multiple_restarts, intensity: the fourth failure within the period gives up', async () => {
    const watched = watch(supervise(() => new Thrower('crash'), { backoff }));
    const { error } = await watched.ended();
    expect(watched.events).to.deep.equal([
      ...[1, 2, 3].flatMap(turn => [`started ${turn}`, `exited ${turn} failed`, `restarting ${turn + 1}`]),
      'started 4',
      'exited 4 failed',
      'gave-up 4',
    ]);
    if (!isRestartLimitError(error)) throw new Error('no RestartLimitError');
    expect(error.history.map(({ child, attempt, exit }) => [child, attempt, exit?.reason])).to.deep.equal(
      [1, 2, 3, 4].map(attempt => ['task', attempt, 'failed']),
    );
    expect(error).to.include({ name: 'RestartLimitError', subprocess: 'Thrower' });
    expect(error.cause).to.equal(error.history[3]?.exit?.error);
    expect(error.message).to.match(
      /^Thrower: its supervisor gave up, in the parent: 4 failures within 10000 ms, and intensity\.restarts is 3: .*crash$/,
    );
  });

  it('external start errors: a task that cannot be started counts as a failure', async () => {
    const watched = watch(supervise(() => new CannotStart(), { backoff, intensity: { restarts: 1 } }));
    const { error } = await watched.ended();
    expect(watched.events).to.deep.equal([
      'started 1',
      'exited 1 not-started',
      'restarting 2',
      'started 2',
      'exited 2 not-started',
      'gave-up 2',
    ]);
    expect(String(error?.cause)).to.match(/^StartError: .*no\/such\/node/);
  });

  itInFull(
    `sup_start_fail, hanging start: a task that is not ready in time has failed; the next child waits ${LONG}`,
    async () => {
      const children = { a: () => new Obedient(), b: () => new NeverReady(), c: () => new Obedient() };
      const watched = watch(superviseAll(children, { backoff, intensity: { restarts: 1 } }));
      const { error } = await watched.ended();
      expect(watched.events).to.deep.equal([
        'a started 1',
        'b started 1',
        'b exited 1 not-started',
        'b restarting 2',
        'b started 2',
        'b exited 2 not-started',
        'a exited 1 stopped',
        'b gave-up 2',
      ]);
      expect(error?.history[1]?.error).to.include({ name: 'StartError', phase: 'ready' });
    },
  );

  const strategies = ['one-for-one', 'one-for-all', 'rest-for-one'] as const;
  for (const strategy of strategies) {
    itInFull(
      `hanging_restart_loop, ${strategy}: can be stopped while a restart fails again and again ${LONG}`,
      async () => {
        const log = folder.file('log');
        const b = () => new FailsToRestart(log, 'b', Number.POSITIVE_INFINITY);
        const children = { a: () => new Obedient(), b, c: () => new Obedient() };
        const watched = watch(
          superviseAll(children, { strategy, backoff: { initial: 20, factor: 1 }, intensity: { restarts: Infinity } }),
        );
        await watched.until('c started 1');
        await watched.ready('a', 'b', 'c');
        watched.task('b').process?.kill('SIGKILL');
        await watched.until('b restarting 4');
        watched.unsubscribe();
        const { length } = watched.events;
        await poll('all have ended', () => registered().length === 0);
        expect(watched.events).to.have.length(length);
      },
    );
  }

  it('sup_stop_timeout, hanging stop: SIGKILL after the grace, then the child before it stops', async () => {
    const watched = watch(superviseAll({ a: () => new Obedient(), b: () => new IgnoresTerm() }));
    await watched.until('b started 1');
    await firstValueFrom(watched.task<InstanceType<typeof IgnoresTerm>>('b').message$);
    const [a, b] = [watched.task('a'), watched.task('b')];
    const ends: ExitStatus[] = [];
    for (const task of [a, b]) task.exit$.subscribe(exit => ends.push(exit));
    watched.unsubscribe();
    await a.wait();
    expect(ends.map(({ subprocess, reason, forced }) => [subprocess, reason, forced])).to.deep.equal([
      ['IgnoresTerm', 'stopped', true],
      ['Obedient', 'stopped', false],
    ]);
  });

  it('sup_stop_brutal_kill: with a grace of 0, a task gets SIGKILL at once', async () => {
    const watched = watch(superviseAll({ a: () => new KilledAtOnce() }));
    await watched.until('a started 1');
    const task = watched.task<InstanceType<typeof KilledAtOnce>>('a');
    await firstValueFrom(task.message$);
    watched.unsubscribe();
    expect(await task.wait()).to.include({ reason: 'stopped', signal: 'SIGKILL', forced: true });
  });

  itInFull(
    `sup_stop_infinity: a task that gets no signal is awaited, and the child before it runs until then ${LONG}`,
    async () => {
      const watched = watch(superviseAll({ a: () => new Obedient(), b: () => new Unhurried() }));
      await watched.until('b started 1');
      await watched.ready('b');
      const [a, b] = [watched.task('a'), watched.task('b')];
      const ends: string[] = [];
      for (const task of [a, b]) task.exit$.subscribe(({ subprocess, reason }) => ends.push(`${subprocess} ${reason}`));
      watched.unsubscribe();
      await a.wait();
      expect(ends).to.deep.equal(['Unhurried completed', 'Obedient stopped']);
    },
  );

  describe('a stop', () => {
    it('in the turn of the subscription: no process is made', async () => {
      const event$ = superviseAll({ a: () => new Obedient(), b: () => new Obedient() });
      const lines: string[] = [];
      const subscription = event$.subscribe(event => {
        lines.push(event.type);
        if (event.type === 'started') event.task.exit$.subscribe(exit => lines.push(`${exit.reason} ${exit.pid}`));
      });
      subscription.unsubscribe();
      await poll('the task has ended', () => lines.length === 2);
      expect(lines).to.deep.equal(['started', 'not-started null']);
    });

    it('by the subscriber, when it gets `started`', async () => {
      const { task } = (await firstValueFrom(supervise(() => new Obedient()))) as SupervisorEvent & { type: 'started' };
      expect(await task.wait()).to.include({ reason: 'not-started', pid: null });
    });

    it('during the delay before a restart: the timer is cleared, and nothing starts', async () => {
      const watched = watch(supervise(() => new Thrower('crash'), { backoff: { initial: 60_000 } }));
      await watched.until('restarting 2');
      const timers = () => process.getActiveResourcesInfo().filter(each => each === 'Timeout').length;
      const waiting = timers();
      watched.unsubscribe();
      expect(timers()).to.equal(waiting - 1);
      expect(watched.events).to.deep.equal(['started 1', 'exited 1 failed', 'restarting 2']);
    });

    itInFull(`while another child crashes: that child is not restarted ${LONG}`, async () => {
      let starts = 0;
      const a = () => {
        starts += 1;
        return new Obedient();
      };
      const children = { a, b: () => new IgnoresTermForEver() };
      const watched = watch(superviseAll(children, { restart: 'always', backoff }));
      await watched.until('b started 1');
      const [first, last] = [watched.task<Task>('a'), watched.task<InstanceType<typeof IgnoresTermForEver>>('b')];
      await firstValueFrom(last.message$);
      watched.unsubscribe();
      first.process?.kill('SIGKILL');
      expect(await first.wait()).to.include({ reason: 'killed' });
      last.process?.kill('SIGKILL');
      await poll('all have ended', () => registered().length === 0);
      expect(starts).to.equal(1);
    });

    itInFull(`of one subscription: another one goes on, since each is a supervisor of its own ${LONG}`, async () => {
      const log = folder.file('log');
      const event$ = superviseAll({ a: () => new Noted(log, 'a') });
      const [one, two] = [watch(event$), watch(event$)];
      await one.ready('a');
      await two.ready('a');
      expect(one.task('a')).not.to.equal(two.task('a'));
      one.unsubscribe();
      await one.task('a').wait();
      expect(two.task('a').process?.exitCode).to.equal(null);
    });
  });

  describe('a factory', () => {
    it('that throws stops all children, and errors the stream', async () => {
      const children = {
        a: () => new Obedient(),
        b: (): InstanceType<typeof Obedient> => {
          throw new TypeError('no such thing');
        },
      };
      const watched = watch(superviseAll(children));
      const { error } = await watched.ended();
      expect(watched.events).to.deep.equal(['a started 1', 'a exited 1 stopped']);
      expect(String(error)).to.equal('TypeError: no such thing');
    });

    itInFull(`of a supervisor below that throws errors the stream at the top ${LONG}`, async () => {
      const watched = watch(
        superviseAll({
          a: () => new Obedient(),
          b: () => ({
            x: () => {
              throw new TypeError('no such thing');
            },
          }),
        }),
      );
      expect(String((await watched.ended()).error)).to.equal('TypeError: no such thing');
      expect(watched.events).to.deep.equal(['a started 1', 'a exited 1 stopped']);
    });

    it('that returns the same instance again is a StateError', async () => {
      const task = new Thrower('crash');
      const watched = watch(supervise(() => task, { backoff }));
      const { error } = await watched.ended();
      expect(error).to.include({ name: 'StateError' });
      expect(error?.message).to.match(
        /returned an instance of Thrower .* return a new one each time, as in \(\) => new Thrower\(\)$/,
      );
    });

    it('that returns something else is a StateError', async () => {
      for (const value of [undefined, 3, 'task', Promise.resolve(), [1], class {}]) {
        const watched = watch(superviseAll({ a: () => value as never }));
        const { error } = await watched.ended();
        expect(error).to.include({ name: 'StateError' });
        expect(error?.message).to.match(
          /^the factory of 'a': what it returns is .*: it must be a new task, or \{ children, options \}$/,
        );
      }
    });

    it('that returns a supervisor with an unknown key is a StateError', async () => {
      const children = { b: () => new Thrower('crash') };
      const watched = watch(superviseAll({ a: () => ({ children, option: { strategy: 'one-for-all' } }) as never }));
      const { error } = await watched.ended();
      expect(error).to.include({ name: 'StateError' });
      expect(error?.message).to.equal("the factory of 'a': there is no option option; there are children, options");
      expect(watched.events).to.deep.equal([]);
    });
  });

  describe('the parent', () => {
    const script = fixturePath('scripts/supervisor').replace(/js$/, 'cjs');
    const lines = () => folder.lines('log');

    it('runs as long as its supervisor', async () => {
      const { code, stdout } = await runNode([script, folder.file('log'), 'crashes']).ended;
      expect(code).to.equal(0);
      expect(stdout.trim().split('\n').at(-1)).to.equal('RestartLimitError');
    });

    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      itInFull(`ends by ${signal}: nothing is restarted, even if the policy is 'always' ${LONG}`, async () => {
        const parent = runNode([script, folder.file('log'), 'stays']);
        await parent.says('b started');
        await poll('both have begun', () => lines().includes('a begin') && lines().includes('b begin'));
        parent.process.kill(signal);
        const end = await parent.ended;
        expect(end.signal).to.equal(signal);
        expect(lines().sort()).to.deep.equal(['a begin', 'a end', 'b begin', 'b end']);
      });
    }
  });
});
