/** The cases of supervisor_SUITE about permanent, transient and temporary children, by their names there. */
import { expect } from 'chai';
import { type RestartPolicy, supervise, superviseAll } from 'offspring-rx/supervise';
import { fixture } from '../support/fixture';
import { leaveAll, type Watched, watch } from './watch';

const { Obedient, ObedientExplicit } = fixture<typeof import('../fixtures/supervised')>('supervised');
type Task = InstanceType<typeof Obedient>;

const NAMES: Record<RestartPolicy, string> = { always: 'permanent', 'on-failure': 'transient', never: 'temporary' };

/** Ways to end, and the reason that the ExitStatus gives. */
const ENDS: Record<string, { reason: string; asks: RestartPolicy[]; end(task: Task): unknown }> = {
  normal: { reason: 'completed', asks: ['always'], end: task => task.send('return') },
  shutdown: { reason: 'stopped', asks: ['always'], end: task => task.shutdown() },
  abnormal: { reason: 'failed', asks: ['always', 'on-failure'], end: task => task.send('throw') },
  'abnormal, by an exit code': {
    reason: 'failed',
    asks: ['always', 'on-failure'],
    end: task => task.send('exit').catch(() => {}),
  },
  'abnormal, by a signal': {
    reason: 'killed',
    asks: ['always', 'on-failure'],
    end: task => task.process?.kill('SIGKILL'),
  },
};

const backoff = { initial: 1 };

describe('supervise: restart policies', () => {
  afterEach(leaveAll);

  for (const restart of ['always', 'on-failure', 'never'] as const) {
    for (const [how, { reason, asks, end }] of Object.entries(ENDS)) {
      const again = asks.includes(restart);
      it(`${NAMES[restart]}_${how}: ${again ? 'started again' : 'not started again'}`, async () => {
        const seen: Watched = watch(supervise(() => new Obedient(), { restart, backoff }));
        await seen.ready('');
        const first = seen.task<Task>();
        await end(first);
        if (again) {
          await seen.until('started 2');
          expect(seen.told).to.deep.equal(['started 1', `exited 1 ${reason}`, 'restarting 2', 'started 2']);
          expect(seen.task()).not.to.equal(first);
          await seen.ready('');
          expect(seen.isOver).to.equal(false);
        } else {
          expect((await seen.ended()).error).to.equal(undefined);
          expect(seen.told).to.deep.equal(['started 1', `exited 1 ${reason}`]);
        }
      });
    }
  }

  it('temporary_bystander: a temporary child that dies with another under one-for-all or rest-for-one stays dead', async () => {
    for (const strategy of ['one-for-all', 'rest-for-one'] as const) {
      const children = { permanent: () => new Obedient(), temporary: () => new Obedient() };
      const restart = { permanent: 'always', temporary: 'never' } as const;
      const seen = watch(superviseAll(children, { strategy, restart, backoff }));
      await seen.ready('permanent', 'temporary');
      await seen.task<Task>('permanent').send('throw');
      await seen.until('permanent started 2');
      await seen.ready('permanent');
      expect(seen.told.slice(2)).to.deep.equal([
        'permanent exited 1 failed',
        'temporary exited 1 stopped',
        'permanent restarting 2',
        'permanent started 2',
      ]);
      seen.unsubscribe();
    }
  });

  it('a task that is shut down before it has a process is left alone, whatever the policy', async () => {
    const event$ = supervise(() => new Obedient(), { restart: 'always', backoff });
    const told: string[] = [];
    await event$.forEach(event => {
      told.push(event.type);
      if (event.type === 'started') void event.task.shutdown();
    });
    expect(told).to.deep.equal(['started', 'exited']);
  });

  it('starts what has EXPLICIT_START', async () => {
    const seen = watch(supervise(() => new ObedientExplicit()));
    await seen.ready('');
    await seen.task<Task>().send('return');
    await seen.ended();
    expect(seen.told).to.deep.equal(['started 1', 'exited 1 completed']);
  });

  it('takes the failures as handled: nothing is printed', async () => {
    const written: string[] = [];
    const { write } = process.stderr;
    process.stderr.write = ((text: string) => written.push(String(text))) as never;
    try {
      const seen = watch(supervise(() => new Obedient(), { restart: 'never' }));
      await seen.ready('');
      await seen.task<Task>().send('throw');
      await seen.ended();
      expect(seen.told).to.deep.equal(['started 1', 'exited 1 failed']);
    } finally {
      process.stderr.write = write;
    }
    expect(written).to.deep.equal([]);
  });
});
