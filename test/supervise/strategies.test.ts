/** Strategies, escalation and trees: cases of OTP's supervisor_SUITE, named as there. */
import { expect } from 'chai';
import { isRestartLimitError, RestartLimitError, type Strategy, superviseAll } from 'offspring-rx/supervise';
import { fixture } from '../support/fixture';
import { itInFull, LONG, rows } from '../support/long';
import { temporaryFolder } from '../support/temporary';
import { unsubscribeAll, type Watched, watch } from './watch';

const { FailsToRestart, Noted, NotedSlowly, Obedient } = fixture<typeof import('../fixtures/supervised')>('supervised');
type Task = InstanceType<typeof Obedient>;

const backoff = { initial: 1 };
const three = { a: () => new Obedient(), b: () => new Obedient(), c: () => new Obedient() };
type Key = keyof typeof three;

/** The other children that stop when a child fails, in the order of their stops. */
const STOPPED: Record<Strategy, Record<Key, Key[]>> = {
  'one-for-one': { a: [], b: [], c: [] },
  'one-for-all': { a: ['c', 'b'], b: ['c', 'a'], c: ['b', 'a'] },
  'rest-for-one': { a: ['c', 'b'], b: ['c'], c: [] },
};

const otpName = (strategy: Strategy) => strategy.replaceAll('-', '_');

async function fail(watched: Watched, path: string) {
  await watched.ready(path);
  await watched.task<Task>(path).send('throw');
}

describe('superviseAll: strategies', () => {
  afterEach(unsubscribeAll);
  const folder = temporaryFolder();

  it('sup_start_normal, order_of_children: each starts when the one before is ready; all stop in reverse', async () => {
    const log = folder.file('log');
    const watched = watch(
      superviseAll({
        a: () => new NotedSlowly(log, 'a'),
        b: () => new NotedSlowly(log, 'b'),
        c: () => new Noted(log, 'c'),
      }),
    );
    await watched.until('c started 1');
    await watched.ready('c');
    expect(folder.lines('log')).to.deep.equal(['a begin', 'b begin', 'c begin']);
    const tasks = ['a', 'b', 'c'].map(key => watched.task(key));
    watched.unsubscribe();
    const exits = await Promise.all(tasks.map(task => task.wait()));
    expect(folder.lines('log').slice(3)).to.deep.equal(['c end', 'b end', 'a end']);
    expect(exits.map(({ reason }) => reason)).to.deep.equal(['stopped', 'stopped', 'stopped']);
    expect(watched.events).to.deep.equal(['a started 1', 'b started 1', 'c started 1']);
  });

  for (const strategy of ['one-for-one', 'one-for-all', 'rest-for-one'] as const) {
    for (const failing of rows(['a', 'b', 'c'] as const, each => strategy === 'rest-for-one' && each === 'b')) {
      const stopped = STOPPED[strategy][failing];
      it(`${otpName(strategy)}: ${failing} fails${stopped.length > 0 ? `, and ${stopped.join(', ')} stop` : ''} ${LONG}`, async () => {
        const watched = watch(superviseAll(three, { strategy, backoff }));
        await watched.until('c started 1');
        await watched.ready('a', 'b', 'c');
        await fail(watched, failing);
        const restarted = [...stopped, failing].sort();
        await watched.until(`${restarted.at(-1)} started 2`);
        expect(watched.events.slice(3)).to.deep.equal([
          `${failing} exited 1 failed`,
          ...stopped.map(key => `${key} exited 1 stopped`),
          `${failing} restarting 2`,
          ...restarted.map(key => `${key} started 2`),
        ]);
        await watched.ready('a', 'b', 'c');
      });
    }
  }

  for (const strategy of rows(['one-for-one', 'one-for-all', 'rest-for-one'] as const, (_, at) => at === 2)) {
    it(`${otpName(strategy)}_escalation: one failure too many stops all children, in reverse order ${LONG}`, async () => {
      const watched = watch(superviseAll(three, { strategy, backoff, intensity: { restarts: 0 } }));
      await watched.until('c started 1');
      await fail(watched, 'a');
      const { error } = await watched.ended();
      expect(watched.events.slice(3)).to.deep.equal([
        'a exited 1 failed',
        'c exited 1 stopped',
        'b exited 1 stopped',
        'a gave-up 1',
      ]);
      expect(error).to.be.instanceOf(RestartLimitError);
    });
  }

  itInFull(
    `one_for_all_other_child_fails_restart: a failed restart stops the children restarted before it ${LONG}`,
    async () => {
      const log = folder.file('log');
      const children = { first: () => new Obedient(), other: () => new FailsToRestart(log, 'other') };
      const watched = watch(superviseAll(children, { strategy: 'one-for-all', backoff }));
      await watched.until('other started 1');
      await watched.ready('other');
      await fail(watched, 'first');
      await watched.until('other started 4');
      await watched.ready('first', 'other');
      expect(watched.events.slice(2)).to.deep.equal([
        'first exited 1 failed',
        'other exited 1 stopped',
        'first restarting 2',
        'first started 2',
        'other started 2',
        'other exited 2 failed',
        'first exited 2 stopped',
        'other restarting 3',
        'first started 3',
        'other started 3',
        'other exited 3 failed',
        'first exited 3 stopped',
        'other restarting 4',
        'first started 4',
        'other started 4',
      ]);
    },
  );

  itInFull(
    `rest_for_one_other_child_fails_restart: a failed restart is repeated; those before it go on ${LONG}`,
    async () => {
      const log = folder.file('log');
      const children = {
        first: () => new Obedient(),
        other: () => new FailsToRestart(log, 'other'),
        last: () => new Obedient(),
      };
      const watched = watch(superviseAll(children, { strategy: 'rest-for-one', backoff }));
      await watched.until('last started 1');
      await fail(watched, 'first');
      await watched.until('last started 2');
      await watched.ready('first', 'other', 'last');
      expect(watched.events.slice(3)).to.deep.equal([
        'first exited 1 failed',
        'last exited 1 stopped',
        'other exited 1 stopped',
        'first restarting 2',
        'first started 2',
        'other started 2',
        'other exited 2 failed',
        'other restarting 3',
        'other started 3',
        'other exited 3 failed',
        'other restarting 4',
        'other started 4',
        'last started 2',
      ]);
    },
  );

  itInFull(`completes when all children have ended without a restart ${LONG}`, async () => {
    const watched = watch(superviseAll(three));
    await watched.until('c started 1');
    await watched.ready('a', 'b', 'c');
    for (const key of ['b', 'a', 'c']) await watched.task<Task>(key).send('return');
    expect((await watched.ended()).error).to.equal(undefined);
    expect(watched.events.slice(3)).to.have.members([
      'a exited 1 completed',
      'b exited 1 completed',
      'c exited 1 completed',
    ]);
  });

  it('a child that has ended without a restart lets the next one start', async () => {
    const watched = watch(
      superviseAll({ a: () => new Obedient(), b: () => new Obedient() }, { restart: { a: 'never' } }),
    );
    watched.task('a').process?.kill('SIGKILL');
    await watched.until('b started 1');
    expect(watched.events[0]).to.equal('a started 1');
  });

  describe('tree', () => {
    const leaf = () => new Obedient();

    itInFull(`starts and stops depth first, and passes on the events of supervisors below ${LONG}`, async () => {
      const log = folder.file('log');
      const noted = (name: string) => () => new Noted(log, name);
      const watched = watch(
        superviseAll({
          a: noted('a'),
          b: () => ({ children: { x: noted('b/x'), y: () => ({ deep: noted('b/y/deep') }) } }),
          c: noted('c'),
        }),
      );
      await watched.until('c started 1');
      await watched.ready('c');
      expect(watched.events).to.deep.equal(['a started 1', 'b/x started 1', 'b/y/deep started 1', 'c started 1']);
      expect(folder.lines('log')).to.deep.equal(['a begin', 'b/x begin', 'b/y/deep begin', 'c begin']);
      const first = watched.task('a');
      watched.unsubscribe();
      await first.wait();
      expect(folder.lines('log').slice(4)).to.deep.equal(['c end', 'b/y/deep end', 'b/x end', 'a end']);
    });

    itInFull(`restarts a child below without an event of the supervisor above ${LONG}`, async () => {
      const watched = watch(
        superviseAll({
          a: leaf,
          b: () => ({ children: { x: leaf, y: leaf }, options: { strategy: 'one-for-all', backoff } }),
        }),
      );
      await watched.until('b/y started 1');
      await fail(watched, 'b/x');
      await watched.until('b/y started 2');
      expect(watched.events.slice(3)).to.deep.equal([
        'b/x exited 1 failed',
        'b/y exited 1 stopped',
        'b/x restarting 2',
        'b/x started 2',
        'b/y started 2',
      ]);
    });

    it('escalates: a supervisor that gave up has failed as a child, and is restarted', async () => {
      const below = () => ({ children: { x: leaf, y: leaf }, options: { intensity: { restarts: 0 } } });
      const watched = watch(superviseAll({ a: leaf, b: below, c: leaf }, { strategy: 'rest-for-one', backoff }));
      await watched.until('c started 1');
      await fail(watched, 'b/x');
      await watched.until('c started 2');
      expect(watched.events.slice(4)).to.deep.equal([
        'b/x exited 1 failed',
        'b/y exited 1 stopped',
        'b/x gave-up 1',
        'c exited 1 stopped',
        'b restarting 2',
        'b/x started 1',
        'b/y started 1',
        'c started 2',
      ]);
    });

    itInFull(`escalates to the top, with the chain of causes ${LONG}`, async () => {
      const below = () => ({ children: { x: leaf }, options: { intensity: { restarts: 0 } } });
      const watched = watch(superviseAll({ a: leaf, b: below }, { intensity: { restarts: 0 } }));
      await watched.until('b/x started 1');
      await fail(watched, 'b/x');
      const { error } = await watched.ended();
      expect(watched.events.slice(2)).to.deep.equal([
        'b/x exited 1 failed',
        'b/x gave-up 1',
        'a exited 1 stopped',
        'b gave-up 1',
      ]);
      if (!isRestartLimitError(error)) throw new Error('no RestartLimitError');
      const [failure] = error.history;
      expect(failure).to.include({ child: 'b', attempt: 1 }).and.not.to.have.property('exit');
      const inner = failure?.error;
      if (!isRestartLimitError(inner)) throw new Error('no RestartLimitError below');
      expect(inner.history.map(({ child, exit }) => [child, exit?.reason])).to.deep.equal([['x', 'failed']]);
      expect(error.cause).to.equal(inner);
      expect(String(inner.cause)).to.contain('told to throw');
    });
  });
});
