/** Restart policies: cases of OTP's supervisor_SUITE, named as there. */
import { expect } from 'chai';
import { type RestartPolicy, supervise, superviseAll } from 'offspring-rx/supervise';
import { fixture } from '../support/fixture';
import { itInFull, LONG, rows } from '../support/long';
import { unsubscribeAll, type Watched, watch } from './watch';

const { Obedient, ObedientExplicit } = fixture<typeof import('../fixtures/supervised')>('supervised');
type Task = InstanceType<typeof Obedient>;

const NAMES: Record<RestartPolicy, string> = { always: 'permanent', 'on-failure': 'transient', never: 'temporary' };

/** Ways to end a task, the reason in its ExitStatus, and the policies that restart it. */
const ENDS: Record<string, { reason: string; restarts: RestartPolicy[]; end(task: Task): unknown }> = {
  normal: { reason: 'completed', restarts: ['always'], end: task => task.send('return') },
  shutdown: { reason: 'stopped', restarts: ['always'], end: task => task.shutdown() },
  abnormal: { reason: 'failed', restarts: ['always', 'on-failure'], end: task => task.send('throw') },
  'abnormal, by an exit code': {
    reason: 'failed',
    restarts: ['always', 'on-failure'],
    end: task => task.send('exit').catch(() => {}),
  },
  'abnormal, by a signal': {
    reason: 'killed',
    restarts: ['always', 'on-failure'],
    end: task => task.process?.kill('SIGKILL'),
  },
};

/** The ends that the short form has. test/unit/supervise has all of them without a process. */
const SHORT: Record<RestartPolicy, string[]> = {
  always: ['normal'],
  'on-failure': ['normal', 'abnormal, by a signal'],
  never: ['abnormal, by an exit code'],
};

const backoff = { initial: 1 };

describe('supervise: restart policies', () => {
  afterEach(unsubscribeAll);

  for (const restart of ['always', 'on-failure', 'never'] as const) {
    for (const [how, { reason, restarts, end }] of rows(Object.entries(ENDS), ([name]) =>
      SHORT[restart].includes(name),
    )) {
      const isRestarted = restarts.includes(restart);
      it(`${NAMES[restart]}_${how}: ${isRestarted ? 'restarted' : 'not restarted'} ${LONG}`, async () => {
        const watched: Watched = watch(supervise(() => new Obedient(), { restart, backoff }));
        await watched.ready('');
        const first = watched.task<Task>();
        await end(first);
        if (isRestarted) {
          await watched.until('started 2');
          expect(watched.events).to.deep.equal(['started 1', `exited 1 ${reason}`, 'restarting 2', 'started 2']);
          expect(watched.task()).not.to.equal(first);
          await watched.ready('');
          expect(watched.isOver).to.equal(false);
        } else {
          expect((await watched.ended()).error).to.equal(undefined);
          expect(watched.events).to.deep.equal(['started 1', `exited 1 ${reason}`]);
        }
      });
    }
  }

  itInFull(
    `temporary_bystander: a temporary child that is stopped together with another one is not restarted ${LONG}`,
    async () => {
      for (const strategy of ['one-for-all', 'rest-for-one'] as const) {
        const children = { permanent: () => new Obedient(), temporary: () => new Obedient() };
        const restart = { permanent: 'always', temporary: 'never' } as const;
        const watched = watch(superviseAll(children, { strategy, restart, backoff }));
        await watched.ready('permanent', 'temporary');
        await watched.task<Task>('permanent').send('throw');
        await watched.until('permanent started 2');
        await watched.ready('permanent');
        expect(watched.events.slice(2)).to.deep.equal([
          'permanent exited 1 failed',
          'temporary exited 1 stopped',
          'permanent restarting 2',
          'permanent started 2',
        ]);
        watched.unsubscribe();
      }
    },
  );

  it('a task that is shut down before it has a process is not restarted, even if the policy is always', async () => {
    const event$ = supervise(() => new Obedient(), { restart: 'always', backoff });
    const types: string[] = [];
    await event$.forEach(event => {
      types.push(event.type);
      if (event.type === 'started') void event.task.shutdown();
    });
    expect(types).to.deep.equal(['started', 'exited']);
  });

  it('starts a task with EXPLICIT_START', async () => {
    const watched = watch(supervise(() => new ObedientExplicit()));
    await watched.ready('');
    await watched.task<Task>().send('return');
    await watched.ended();
    expect(watched.events).to.deep.equal(['started 1', 'exited 1 completed']);
  });

  it('handles failures: nothing is printed', async () => {
    const written: string[] = [];
    const { write } = process.stderr;
    process.stderr.write = ((text: string) => written.push(String(text))) as never;
    try {
      const watched = watch(supervise(() => new Obedient(), { restart: 'never' }));
      await watched.ready('');
      await watched.task<Task>().send('throw');
      await watched.ended();
      expect(watched.events).to.deep.equal(['started 1', 'exited 1 failed']);
    } finally {
      process.stderr.write = write;
    }
    expect(written).to.deep.equal([]);
  });
});
