/** FAULTS 53 and 54: how supervised children end with their parent, and which ends are failures. */
import { expect } from 'chai';
import { type AnySubprocess, Subprocess } from 'offspring-rx';
import { type RestartPolicy, supervise, superviseAll } from 'offspring-rx/supervise';
import { firstValueFrom } from 'rxjs';
import { unsubscribeAll, type Watched, watch } from '../supervise/watch';
import { fixture, fixturePath } from '../support/fixture';
import { itInFull, LONG, rows } from '../support/long';
import { poll } from '../support/poll';
import { isAlive } from '../support/processes';
import { runNode } from '../support/script';
import { temporaryFolder } from '../support/temporary';

const { EndsBadly, IgnoresTermForEver, Noted, Obedient, ReturnsOnAbort, SlowToGo } =
  fixture<typeof import('../fixtures/supervised')>('supervised');

const backoff = { initial: 1 };

describe('53 shutdownAll() and supervisors', () => {
  afterEach(unsubscribeAll);
  const folder = temporaryFolder();
  const noted = (name: string) => () => new Noted(folder.file('log'), name);
  const ends = () => folder.lines('log').filter(line => line.endsWith('end'));

  it('53 of a class that only some children have: these end in reverse order, and the supervisor goes on', async () => {
    const children = { a: noted('a'), b: () => new Obedient(), c: noted('c') };
    const watched = watch(superviseAll(children, { restart: { c: 'always' }, backoff }));
    await watched.until('c started 1');
    await watched.ready('a', 'b', 'c');
    expect((await Noted.shutdownAll()).map(({ reason }) => reason)).to.deep.equal(['stopped', 'stopped']);
    expect(ends()).to.deep.equal(['c end', 'a end']);
    await watched.until('c started 2');
    expect(watched.events).not.to.include('b exited 1 stopped');
  });

  itInFull(`53 during the delay before a restart: nothing starts, and the stream completes ${LONG}`, async () => {
    const watched = watch(superviseAll({ a: noted('a'), b: noted('b') }, { backoff: { initial: 60_000 } }));
    await watched.until('b started 1');
    await watched.ready('a', 'b');
    watched.task('b').process?.kill('SIGKILL');
    await watched.until('b restarting 2');
    await Subprocess.shutdownAll();
    expect((await watched.ended()).error).to.equal(undefined);
    expect(watched.events.slice(-2)).to.deep.equal(['b restarting 2', 'a exited 1 stopped']);
  });

  itInFull(`53 called by a factory: what it returns is shut down before it has a process ${LONG}`, async () => {
    const children = {
      a: noted('a'),
      b: () => {
        void Subprocess.shutdownAll();
        return new Obedient();
      },
      c: noted('c'),
    };
    const watched = watch(superviseAll(children, { restart: 'always', backoff }));
    expect((await watched.ended()).error).to.equal(undefined);
    expect(watched.events).to.have.members([
      'a started 1',
      'b started 1',
      'b exited 1 not-started',
      'a exited 1 stopped',
    ]);
  });

  itInFull(
    `53 its grace holds for each child when its turn comes, and a wrong one is refused before anything ends ${LONG}`,
    async () => {
      const watched = watch(superviseAll({ a: () => new IgnoresTermForEver(), b: () => new IgnoresTermForEver() }));
      await watched.until('b started 1');
      const tasks = ['a', 'b'].map(key => watched.task<InstanceType<typeof IgnoresTermForEver>>(key));
      await Promise.all(tasks.map(task => firstValueFrom(task.message$)));
      const error = await Subprocess.shutdownAll({ grace: -1 }).catch(thrown => thrown);
      expect(error).to.include({ name: 'StateError' });
      expect(watched.isOver).to.equal(false);
      const start = performance.now();
      const exits = await Subprocess.shutdownAll({ grace: 200 });
      expect(performance.now() - start).to.be.above(400);
      expect(exits.map(({ forced }) => forced)).to.deep.equal([true, true]);
      expect(watched.events.slice(-2)).to.deep.equal(['b exited 1 stopped', 'a exited 1 stopped']);
    },
  );
});

const ORDERED = fixturePath('scripts/ordered').replace(/js$/, 'cjs');

describe('53 supervised children end in reverse order, each when those that depend on it are gone', () => {
  const folder = temporaryFolder();
  /** What the services have noted of their ends. */
  const ends = () => folder.lines('log').filter(line => !line.includes('begins'));
  const inReverse = (...names: string[]) => names.flatMap(name => [`${name} ends`, `${name} is gone`]);
  const FLAT = inReverse('web', 'mail', 'store');

  const start = async (tree: string, how: string, detached = false) => {
    const script = runNode([ORDERED, folder.file('log'), tree, how], { detached });
    await script.says('up\n');
    return script;
  };
  /** What it printed once all were up: nothing was restarted or started. */
  const printed = (stdout: string) =>
    stdout
      .slice(stdout.lastIndexOf('up\n') + 3)
      .trim()
      .split('\n');
  const exited = (...names: string[]) => names.map(name => `${name} exited`);

  for (const signal of rows(['SIGTERM', 'SIGINT', 'SIGHUP'] as const, each => each === 'SIGINT')) {
    it(`53 upon ${signal} ${LONG}`, async () => {
      const script = await start('flat', 'waits');
      script.process.kill(signal);
      const end = await script.ended;
      expect(end).to.include({ signal, stderr: '' });
      expect(ends()).to.deep.equal(FLAT);
      expect(printed(end.stdout)).to.deep.equal([...exited('web', 'mail', 'store'), 'complete']);
    });
  }

  itInFull(`53 upon process.exit() ${LONG}`, async () => {
    const script = await start('flat', 'exits');
    expect(await script.ended).to.include({ code: 3, stderr: '' });
    expect(ends()).to.deep.equal(FLAT);
  });

  itInFull(`53 upon an error that nobody caught ${LONG}`, async () => {
    const script = await start('flat', 'throws');
    expect(await script.ended).to.include({ code: 1 });
    expect(ends()).to.deep.equal(FLAT);
  });

  for (const how of rows(['shuts all down', 'shuts the class down'], () => false)) {
    it(`53 when it ${how}, and the supervisor completes ${LONG}`, async () => {
      const script = await start('restarted', how);
      const end = await script.ended;
      expect(end).to.include({ code: 0, stderr: '' });
      expect(ends()).to.deep.equal(FLAT);
      expect(printed(end.stdout)).to.deep.equal([...exited('web', 'mail', 'store'), 'complete', '3 gone']);
    });
  }

  itInFull(`53 when a listener for SIGTERM calls shutdownAll() ${LONG}`, async () => {
    const script = await start('restarted', 'listens');
    script.process.kill('SIGTERM');
    expect(await script.ended).to.include({ code: 0, stderr: '' });
    expect(ends()).to.deep.equal(FLAT);
  });

  const TREES: Record<string, string[]> = {
    restarted: FLAT,
    'one-for-all': FLAT,
    'rest-for-one': FLAT,
    nested: inReverse('web', 'mail', 'news', 'store'),
    plain: FLAT,
    deaf: ['web ends', 'mail ends', ...inReverse('store')],
    unhurried: FLAT,
    late: FLAT,
  };
  const WAYS = ['waits', 'exits', 'shuts all down'];
  /** The tree that the short form has, ended in one way. */
  const SHORT: Record<string, string> = {
    nested: 'waits',
  };
  const trees = Object.entries(TREES).flatMap(([tree, expected]) => WAYS.map(how => ({ tree, expected, how })));
  for (const { tree, expected, how } of rows(trees, each => SHORT[each.tree] === each.how)) {
    it(`53 a tree that is ${tree}, when its parent ${how === 'waits' ? 'gets SIGTERM' : how} ${LONG}`, async () => {
      const script = await start(tree, how);
      if (how === 'waits') script.process.kill('SIGTERM');
      const { stdout, stderr } = await script.ended;
      // Before that, the strategies have stopped others in order, because mail was killed.
      expect(ends().slice(-expected.length)).to.deep.equal(expected);
      expect(stderr.replace(/^offspring-rx: waiting for .*\n/, '')).to.equal('');
      expect(printed(stdout).join()).not.to.match(/started|restarting/);
    });
  }

  for (const how of ['waits', 'ends', 'exits', 'shuts the middle down']) {
    itInFull(
      `53 below a task that supervises: ${how === 'ends' ? 'its run() is over' : `the parent ${how}`} ${LONG}`,
      async () => {
        const script = await start('middle', how);
        if (how === 'waits') script.process.kill('SIGTERM');
        await script.ended;
        expect(ends()).to.deep.equal(FLAT);
      },
    );
  }

  itInFull(`53 while an unsubscribed supervisor is ending, upon SIGTERM ${LONG}`, async () => {
    const script = await start('flat', 'unsubscribes');
    script.process.kill('SIGTERM');
    expect(await script.ended).to.include({ signal: 'SIGTERM', stderr: '' });
    expect(ends()).to.deep.equal(FLAT);
  });

  itInFull(`53 while an unsubscribed supervisor is ending, upon process.exit() ${LONG}`, async () => {
    const { code, stderr } = await (await start('flat', 'unsubscribes and exits')).ended;
    expect({ code, stderr: stderr.replace(/^offspring-rx: waiting for .*\n/, '') }).to.deep.equal({
      code: 3,
      stderr: '',
    });
    expect(ends()).to.deep.equal(FLAT);
  });

  it('53 a second signal kills all at once', async () => {
    const script = await start('deaf', 'waits');
    script.process.kill('SIGTERM');
    await poll('the first has been asked', () => ends().length > 0);
    const pids = folder.lines('log').flatMap(line => /begins (\d+)/.exec(line)?.[1] ?? []);
    const first = performance.now();
    await poll('half a second is over', () => performance.now() - first > 510);
    script.process.kill('SIGTERM');
    expect(await script.ended).to.include({ signal: 'SIGTERM' });
    await poll('all are gone', () => pids.every(pid => !isAlive(Number(pid))));
    expect(ends().join()).not.to.contain('store');
  });

  itInFull(`53 a SIGTERM to the whole group: nothing is restarted ${LONG}`, async () => {
    const script = await start('restarted', 'waits', true);
    process.kill(-script.pid, 'SIGTERM');
    const { signal, stdout, stderr } = await script.ended;
    expect({ signal, stderr }).to.deep.equal({ signal: 'SIGTERM', stderr: '' });
    expect(printed(stdout).join()).not.to.match(/started/);
    expect(ends().filter(line => line.endsWith('is gone'))).to.have.length(3);
  });
});

describe('54 a stop that the supervisor did not ask for is a failure', () => {
  afterEach(unsubscribeAll);
  const folder = temporaryFolder();

  /** What a SIGTERM from somebody else does to each kind of work, and when the work is able to obey it. */
  const WORK: Record<string, { make(): AnySubprocess; reason: string; isUp(watched: Watched): Promise<unknown> }> = {
    'a loop': {
      make: () => new Noted(folder.file('log'), 'a'),
      reason: 'stopped',
      isUp: watched => watched.ready(''),
    },
    'a loop whose end() fails': {
      make: () => new EndsBadly(),
      reason: 'stopped',
      isUp: watched => watched.ready(''),
    },
    'plain work': {
      make: () => new Obedient(),
      reason: 'killed',
      isUp: watched => watched.ready(''),
    },
    'plain work that uses its signal': {
      make: () => new SlowToGo(),
      reason: 'stopped',
      isUp: watched => firstValueFrom(watched.task<InstanceType<typeof SlowToGo>>('').message$),
    },
    'plain work that passes its signal on': {
      make: () => new ReturnsOnAbort(),
      reason: 'stopped',
      isUp: watched => firstValueFrom(watched.task<InstanceType<typeof ReturnsOnAbort>>('').message$),
    },
  };

  /** The kinds of work that the short form shuts down, and those to which it sends SIGTERM. */
  const SHUT_DOWN_IN_SHORT = ['plain work that uses its signal'];
  const ENDED_IN_SHORT = ['plain work that passes its signal on'];

  for (const [what, { make, reason, isUp }] of Object.entries(WORK)) {
    const isShort = (restart: RestartPolicy) => restart === 'on-failure' && ENDED_IN_SHORT.includes(what);
    for (const restart of rows<RestartPolicy>(['on-failure', 'always', 'never'], isShort)) {
      const isRestarted = restart !== 'never';
      it(`54 ${what} that somebody else ends by SIGTERM is ${isRestarted ? '' : 'not '}restarted: ${restart} ${LONG}`, async () => {
        const watched = watch(supervise(make, { restart, backoff }));
        await isUp(watched);
        const first = watched.task('');
        process.kill(first.process?.pid as number, 'SIGTERM');
        const expected = ['started 1', `exited 1 ${reason}`];
        if (isRestarted) {
          await watched.until('started 2');
          await isUp(watched);
          expect(watched.events).to.deep.equal([...expected, 'restarting 2', 'started 2']);
        } else {
          expect((await watched.ended()).error).to.equal(undefined);
          expect(watched.events).to.deep.equal(expected);
        }
        const exit = await first.wait();
        if (exit.reason === 'stopped') expect(exit.fromOutside).to.equal(true);
      });
    }
  }

  for (const [what, { make }] of rows(Object.entries(WORK), ([name]) => SHUT_DOWN_IN_SHORT.includes(name))) {
    it(`54 ${what} that this process shuts down is not restarted under 'on-failure' ${LONG}`, async () => {
      const watched = watch(superviseAll({ a: make, b: () => new Obedient() }, { backoff }));
      await watched.ready('a', 'b');
      const exit = await watched.task('a').shutdown();
      expect(exit.reason).to.equal('stopped');
      expect(exit).not.to.have.property('fromOutside');
      expect(watched.events).to.deep.equal(['a started 1', 'b started 1', 'a exited 1 stopped']);
    });
  }

  itInFull(
    `54 one-for-all: a SIGTERM to all loops at once is one failure, and all start again in order ${LONG}`,
    async () => {
      const log = folder.file('log');
      const children = { a: () => new Noted(log, 'a'), b: () => new Noted(log, 'b'), c: () => new Noted(log, 'c') };
      const watched = watch(superviseAll(children, { strategy: 'one-for-all', backoff, intensity: { restarts: 1 } }));
      await watched.until('c started 1');
      await watched.ready('a', 'b', 'c');
      for (const key of ['a', 'b', 'c']) process.kill(watched.task(key).process?.pid as number, 'SIGTERM');
      await watched.until('c started 2');
      await watched.ready('a', 'b', 'c');
      expect(watched.events.slice(-3)).to.deep.equal(['a started 2', 'b started 2', 'c started 2']);
      expect(watched.events.filter(event => event.includes('restarting'))).to.have.length(1);
    },
  );

  it('54 the error says that somebody else stopped it, when a supervisor gives up for that', async () => {
    const watched = watch(supervise(() => new SlowToGo(), { backoff, intensity: { restarts: 0 } }));
    await firstValueFrom(watched.task<InstanceType<typeof SlowToGo>>('').message$);
    process.kill(watched.task('').process?.pid as number, 'SIGTERM');
    const { error } = await watched.ended();
    expect(error).to.include({ name: 'RestartLimitError' });
    expect(error?.message).to.match(/The last failure: somebody else stopped it by SIGTERM$/);
  });
});
