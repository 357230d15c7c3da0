/** A Supervisor that can be held: its children, and what may be asked of it. */
import { expect } from 'chai';
import type { AnySubprocess } from 'offspring-rx';
import { type ChildSnapshot, Supervisor } from 'offspring-rx/supervise';
import { firstValueFrom, lastValueFrom } from 'rxjs';
import { fixture } from '../support/fixture';
import { itInFull, LONG } from '../support/long';
import { poll } from '../support/poll';
import { isAlive } from '../support/processes';
import { temporaryFolder } from '../support/temporary';
import { textOf, unsubscribeAll, watch } from './watch';

const { IgnoresTerm, NeverReady, Noted, Obedient } = fixture<typeof import('../fixtures/supervised')>('supervised');
const { Thrower } = fixture<typeof import('../fixtures/tasks')>('tasks');
type Task = InstanceType<typeof Obedient>;

const backoff = { initial: 1, factor: 1 };
const obedient = () => new Obedient();

describe('Supervisor', () => {
  const folder = temporaryFolder();
  const noted = (name: string) => () => new Noted(folder.file('log'), name);
  const notes = () => folder.lines('log');

  const held: Supervisor<never>[] = [];
  const hold = <S>(supervisor: S): S => {
    held.push(supervisor as never);
    return supervisor;
  };
  afterEach(async () => {
    unsubscribeAll();
    await Promise.all(held.splice(0).map(supervisor => supervisor.shutdown()));
  });
  const eventsOf = (supervisor: Pick<Supervisor, 'event$'>): string[] => {
    const events: string[] = [];
    supervisor.event$.subscribe({ next: event => events.push(textOf(event)), error: () => {} });
    return events;
  };
  const childrenOf = async (supervisor: Pick<Supervisor, 'children$'>) => {
    const children = await firstValueFrom(supervisor.children$);
    return children.map(({ path, state, restarts, lastExit }) => [path.join('/'), state, restarts, lastExit?.reason]);
  };
  const fail = (task: AnySubprocess | undefined) => (task as Task).send('throw');

  it('a tree starts in order, is ready once all are ready, and shuts down in reverse order', async () => {
    const supervisor = hold(new Supervisor({ a: noted('a'), b: () => ({ c: noted('c') }), d: noted('d') }));
    const events = eventsOf(supervisor);
    expect(events, 'events before it has started').to.deep.equal([]);
    await firstValueFrom(supervisor.ready$);
    expect(events).to.deep.equal(['a started 1', 'b/c started 1', 'd started 1']);
    expect(await childrenOf(supervisor)).to.deep.equal([
      ['a', 'running', 0, undefined],
      ['b', 'running', 0, undefined],
      ['d', 'running', 0, undefined],
      ['b/c', 'running', 0, undefined],
    ]);
    const children = await firstValueFrom(supervisor.children$);
    expect(children.map(({ key, type, pid }) => [key, type, pid])).to.deep.equal([
      ['a', 'task', supervisor.which('a')?.process?.pid],
      ['b', 'supervisor', null],
      ['d', 'task', supervisor.which('d')?.process?.pid],
      ['c', 'task', supervisor.which('b/c')?.process?.pid],
    ]);
    expect(supervisor.which(['b', 'c'])).to.equal(supervisor.which('b/c'));
    expect(supervisor.which('b')).to.equal(undefined);

    const pids = children.flatMap(({ pid }) => pid ?? []);
    await supervisor.shutdown();
    expect(pids.filter(isAlive)).to.deep.equal([]);
    expect(notes()).to.deep.equal(['a begin', 'c begin', 'd begin', 'd end', 'c end', 'a end']);
    expect(events.slice(3)).to.deep.equal(['d exited 1 stopped', 'b/c exited 1 stopped', 'a exited 1 stopped']);
    await supervisor.shutdown();
    const last = await lastValueFrom(supervisor.children$);
    expect(last.map(({ state, pid }) => [state, pid])).to.deep.equal([
      ['ended', null],
      ['ended', null],
      ['ended', null],
      ['ended', null],
    ]);
  });

  it('await using: the children have ended when the block is left', async () => {
    let task: AnySubprocess | undefined;
    {
      await using supervisor = new Supervisor({ a: obedient });
      await firstValueFrom(supervisor.ready$);
      task = supervisor.which('a');
    }
    expect((await firstValueFrom((task as Task).exit$)).reason).to.equal('stopped');
    expect(isAlive(task?.process?.pid as number)).to.equal(false);
  });

  it('lives on when all of its children have ended, and restarts one that is asked for', async () => {
    const supervisor = hold(new Supervisor({ a: obedient }));
    const events = eventsOf(supervisor);
    await firstValueFrom(supervisor.ready$);
    await (supervisor.which('a') as Task).send('return');
    await poll('a has ended', () => events.includes('a exited 1 completed'));
    expect(await childrenOf(supervisor)).to.deep.equal([['a', 'ended', 0, 'completed']]);
    await supervisor.restart('a');
    expect(await childrenOf(supervisor)).to.deep.equal([['a', 'running', 1, 'completed']]);
    expect(events).to.deep.equal(['a started 1', 'a exited 1 completed', 'a started 2']);
  });

  const strategies = ['one-for-one', 'one-for-all', 'rest-for-one'] as const;
  for (const strategy of strategies) {
    itInFull(`restart, ${strategy}: is graceful, and no failure; no other child is restarted ${LONG}`, async () => {
      const children = { a: noted('a'), b: noted('b'), c: noted('c') };
      const supervisor = hold(new Supervisor(children, { strategy, intensity: { restarts: 0 } }));
      const events = eventsOf(supervisor);
      await firstValueFrom(supervisor.ready$);
      await supervisor.restart('b');
      await supervisor.restart('b');
      expect(notes().slice(3)).to.deep.equal(['b end', 'b begin', 'b end', 'b begin']);
      expect(events.slice(3)).to.deep.equal(['b exited 1 stopped', 'b started 2', 'b exited 2 stopped', 'b started 3']);
      expect((await childrenOf(supervisor))[1]).to.deep.equal(['b', 'running', 2, 'stopped']);
    });
  }

  itInFull(
    `stop: of one child alone; it stays stopped when all others are restarted, until it is restarted ${LONG}`,
    async () => {
      const children = { a: obedient, b: obedient };
      const supervisor = hold(new Supervisor(children, { strategy: 'one-for-all', restart: 'always', backoff }));
      const events = eventsOf(supervisor);
      await firstValueFrom(supervisor.ready$);
      await supervisor.stop('a');
      expect(supervisor.which('a')).to.equal(undefined);
      expect((await childrenOf(supervisor))[0]).to.deep.equal(['a', 'stopped', 0, 'stopped']);
      await fail(supervisor.which('b'));
      await poll('b has started again', () => events.includes('b started 2'));
      await firstValueFrom((supervisor.which('b') as Task).ready$);
      expect(events.slice(2)).to.deep.equal([
        'a exited 1 stopped',
        'b exited 1 failed',
        'b restarting 2',
        'b started 2',
      ]);
      await supervisor.restart('a');
      expect(events.slice(-1)).to.deep.equal(['a started 2']);
    },
  );

  itInFull(`a stop that a restart overtakes resolves, and so does the restart ${LONG}`, async () => {
    const supervisor = hold(new Supervisor({ a: obedient }));
    const events = eventsOf(supervisor);
    await firstValueFrom(supervisor.ready$);
    await Promise.all([supervisor.stop('a'), supervisor.restart('a')]);
    expect(events).to.deep.equal(['a started 1', 'a exited 1 stopped', 'a started 2']);
    const restarted = supervisor.restart('a').catch(thrown => thrown);
    await supervisor.stop('a');
    expect(await restarted).to.include({ name: 'StateError' });
    expect((await childrenOf(supervisor))[0]?.[1]).to.equal('stopped');
  });

  itInFull(`stop and restart of a supervisor below: all of its children, in order ${LONG}`, async () => {
    const below = () => ({ x: noted('x'), y: noted('y') });
    const supervisor = hold(new Supervisor({ below, last: noted('last') }));
    await firstValueFrom(supervisor.ready$);
    await supervisor.restart('below');
    await supervisor.restart('below/x');
    await supervisor.stop('below');
    const y = ['y end', 'x end'];
    expect(notes().slice(3)).to.deep.equal([...y, 'x begin', 'y begin', 'x end', 'x begin', ...y]);
  });

  itInFull(`restart and stop end the delay before a restart ${LONG}`, async () => {
    const supervisor = hold(new Supervisor({ a: obedient }, { backoff: { initial: 60_000 } }));
    const events = eventsOf(supervisor);
    await firstValueFrom(supervisor.ready$);
    await fail(supervisor.which('a'));
    await poll('the delay', () => events.includes('a restarting 2'));
    expect(await childrenOf(supervisor)).to.deep.equal([['a', 'restarting', 0, 'failed']]);
    await supervisor.restart('a');
    await fail(supervisor.which('a'));
    await poll('the delay', () => events.includes('a restarting 3'));
    await supervisor.stop('a');
    expect(await childrenOf(supervisor)).to.deep.equal([['a', 'stopped', 1, 'failed']]);
  });

  describe('restart with overlap', () => {
    it('starts the new task, and shuts the old one down once the new one is ready', async () => {
      const supervisor = hold(new Supervisor({ a: noted('a') }));
      const events = eventsOf(supervisor);
      const alive: (number | undefined)[] = [];
      await firstValueFrom(supervisor.ready$);
      const old = supervisor.which('a');
      supervisor.children$.subscribe(() => alive.push(supervisor.which('a')?.process?.pid));
      await supervisor.restart('a', { overlap: true });
      const next = supervisor.which('a');
      expect(next).not.to.equal(old);
      await old?.wait();
      expect(notes()).to.deep.equal(['a begin', 'a begin', 'a end']);
      await poll('the old one has ended', () => events.length === 3);
      expect(events).to.deep.equal(['a started 1', 'a started 2', 'a exited 1 stopped']);
      expect(new Set(alive), 'there was a task at each moment').to.deep.equal(
        new Set([old?.process?.pid, next?.process?.pid]),
      );
      await fail2(supervisor, events);
    });

    /** What comes after it is supervised as before. */
    const fail2 = async (supervisor: Pick<Supervisor, 'which'>, events: string[]) => {
      supervisor.which('a')?.process?.kill('SIGKILL');
      await poll('it was started again', () => events.includes('a started 3'));
    };

    it('shutdown in the middle of it ends both', async () => {
      const supervisor = hold(new Supervisor({ a: noted('a') }));
      const events = eventsOf(supervisor);
      await firstValueFrom(supervisor.ready$);
      const error = supervisor.restart('a', { overlap: true }).catch(thrown => thrown);
      await supervisor.shutdown();
      expect(await error).to.include({ name: 'StateError' });
      expect(events.slice(0, 2)).to.deep.equal(['a started 1', 'a started 2']);
      expect(events.slice(2).map(line => line.slice(0, 10))).to.have.members(['a exited 1', 'a exited 2']);
    });
  });

  describe('start', () => {
    it('adds a child under a key, or gives one; stop forgets it', async () => {
      const supervisor = hold(new Supervisor());
      const events = eventsOf(supervisor);
      await firstValueFrom(supervisor.ready$);
      expect(supervisor.start('a', obedient)).to.equal('a');
      const key = supervisor.start(obedient);
      const other = supervisor.start(obedient);
      expect(key).not.to.equal(other);
      await Promise.all([key, other, 'a'].map(each => firstValueFrom((supervisor.which(each) as Task).ready$)));
      expect((await childrenOf(supervisor)).map(([path]) => path)).to.deep.equal(['a', key, other]);
      await supervisor.restart(key);
      await supervisor.stop(key);
      expect((await childrenOf(supervisor)).map(([path]) => path)).to.deep.equal(['a', other]);
      expect((await supervisor.stop(key).catch(thrown => thrown)).message).to.equal(
        `Supervisor: there is no child '${key}'; there are 'a', '${other}'`,
      );
      await supervisor.stop('a');
      expect(supervisor.start('a', obedient)).to.equal('a');
      expect(events.filter(line => line.startsWith('a '))).to.deep.equal([
        'a started 1',
        'a exited 1 stopped',
        'a started 1',
      ]);
    });

    itInFull(`such a child is restarted by its own policy, and forgotten when it has ended ${LONG}`, async () => {
      const supervisor = hold(new Supervisor({}, { backoff }));
      const events = eventsOf(supervisor);
      supervisor.start('a', obedient, { restart: 'always' });
      supervisor.start('b', obedient, { restart: 'never' });
      await poll('both have started', () => events.length === 2);
      await (supervisor.which('a') as Task).send('return');
      await (supervisor.which('b') as Task).send('throw');
      await poll('a has started again', () => events.includes('a started 2'));
      await poll('b is forgotten', async () => (await childrenOf(supervisor)).length === 1);
    });

    itInFull(
      `waits for those before it, and they stop in reverse order, those without a key first ${LONG}`,
      async () => {
        const supervisor = hold(new Supervisor({ a: noted('a') }));
        supervisor.start('b', noted('b'));
        expect(supervisor.which('b')).to.equal(undefined);
        await poll('b has begun', () => notes().includes('b begin'));
        supervisor.start(noted('x'));
        supervisor.start('c', noted('c'));
        await poll('all have begun', () => notes().length === 4);
        await supervisor.shutdown();
        expect(notes().slice(0, 2)).to.deep.equal(['a begin', 'b begin']);
        expect(notes().slice(4)).to.deep.equal(['x end', 'c end', 'b end', 'a end']);
      },
    );

    itInFull(`one-for-all: such a child is restarted with the others, and they with it ${LONG}`, async () => {
      const supervisor = hold(new Supervisor({ a: obedient }, { strategy: 'one-for-all', backoff }));
      const events = eventsOf(supervisor);
      await firstValueFrom(supervisor.ready$);
      supervisor.start('b', obedient);
      await firstValueFrom((supervisor.which('b') as Task).ready$);
      await fail(supervisor.which('a'));
      await poll('b has started again', () => events.includes('b started 2'));
      await firstValueFrom((supervisor.which('b') as Task).ready$);
      await fail(supervisor.which('b'));
      await poll('b has started again', () => events.includes('b started 3'));
      const round = (attempt: number, failed: string, other: string) => [
        `${failed} exited ${attempt} failed`,
        `${other} exited ${attempt} stopped`,
        `${failed} restarting ${attempt + 1}`,
        `a started ${attempt + 1}`,
        `b started ${attempt + 1}`,
      ];
      expect(events).to.deep.equal(['a started 1', 'b started 1', ...round(1, 'a', 'b'), ...round(2, 'b', 'a')]);
    });

    itInFull(
      `rest-for-one: such a child is restarted with those before it, and alone when it fails ${LONG}`,
      async () => {
        const supervisor = hold(new Supervisor({ a: obedient }, { strategy: 'rest-for-one', backoff }));
        const events = eventsOf(supervisor);
        await firstValueFrom(supervisor.ready$);
        supervisor.start('b', obedient);
        await firstValueFrom((supervisor.which('b') as Task).ready$);
        await fail(supervisor.which('b'));
        await poll('b has started again', () => events.includes('b started 2'));
        await firstValueFrom((supervisor.which('b') as Task).ready$);
        await fail(supervisor.which('a'));
        await poll('b has started again', () => events.includes('b started 3'));
        expect(events.slice(2)).to.deep.equal([
          'b exited 1 failed',
          'b restarting 2',
          'b started 2',
          'a exited 1 failed',
          'b exited 2 stopped',
          'a restarting 2',
          'a started 2',
          'b started 3',
        ]);
      },
    );
  });

  describe('significant children', () => {
    const significant = { a: true, b: true };

    it('any-significant: the end of one ends all others', async () => {
      const children = { a: obedient, b: obedient, c: noted('c') };
      const supervisor = hold(new Supervisor(children, { significant, autoShutdown: 'any-significant' }));
      const events = eventsOf(supervisor);
      const last = lastValueFrom(supervisor.event$);
      await firstValueFrom(supervisor.ready$);
      await (supervisor.which('b') as Task).send('return');
      await last;
      expect(events.slice(3)).to.deep.equal(['b exited 1 completed', 'c exited 1 stopped', 'a exited 1 stopped']);
      await supervisor.shutdown();
    });

    itInFull(
      `all-significant: only when all of them have ended; a failure that is restarted and a stop by hand do not count ${LONG}`,
      async () => {
        const children = { a: obedient, b: obedient, c: obedient };
        const supervisor = hold(new Supervisor(children, { significant, autoShutdown: 'all-significant', backoff }));
        const events = eventsOf(supervisor);
        const last = lastValueFrom(supervisor.event$);
        await firstValueFrom(supervisor.ready$);
        await (supervisor.which('a') as Task).send('return');
        await supervisor.stop('b');
        await supervisor.restart('b');
        await fail(supervisor.which('b'));
        await poll('b has started again', () => events.includes('b started 3'));
        expect(events.filter(line => line.startsWith('c '))).to.deep.equal(['c started 1']);
        await (supervisor.which('b') as Task).send('return');
        await last;
        expect(events.slice(-2)).to.deep.equal(['b exited 3 completed', 'c exited 1 stopped']);
      },
    );
  });

  itInFull(
    `shows the children below a stopped supervisor as stopped, and below one that has ended as ended ${LONG}`,
    async () => {
      const below = (options: object) => () => ({ children: { c: obedient, d: obedient }, options });
      const ends = { significant: { c: true }, autoShutdown: 'any-significant' };
      const supervisor = hold(new Supervisor({ a: below({}), b: below(ends) }));
      await firstValueFrom(supervisor.ready$);
      await supervisor.stop('a');
      await (supervisor.which('b/c') as Task).send('return');
      await poll('b has ended', async () => (await childrenOf(supervisor))[1]?.[1] === 'ended');
      expect(await childrenOf(supervisor)).to.deep.equal([
        ['a', 'stopped', 0, undefined],
        ['b', 'ended', 0, undefined],
        ['a/c', 'stopped', 0, 'stopped'],
        ['a/d', 'stopped', 0, 'stopped'],
        ['b/c', 'ended', 0, 'completed'],
        ['b/d', 'ended', 0, 'stopped'],
      ]);
      await supervisor.restart('a');
      expect((await childrenOf(supervisor)).filter(([, state]) => state === 'running')).to.have.length(3);
    },
  );

  it('gives up: event$ errors, what is asked for is refused, and shutdown() resolves', async () => {
    const supervisor = hold(new Supervisor({ a: () => new Thrower('crash') }, { backoff, intensity: { restarts: 1 } }));
    const watched = watch(supervisor.event$);
    const histories: number[] = [];
    supervisor.event$.subscribe({
      next: event => {
        if (event.type === 'restarting' || event.type === 'gave-up') histories.push(event.history.length);
      },
      error: () => {},
    });
    const { error } = await watched.ended();
    expect(error).to.include({ name: 'RestartLimitError' });
    expect(histories, 'the failures that count').to.deep.equal([1, 2]);
    await supervisor.shutdown();
    expect(() => supervisor.start(obedient)).to.throw(
      /^Supervisor: it is ending, so child 'child-1' cannot be started/,
    );
    expect((await supervisor.restart('a').catch(thrown => thrown)).message).to.match(/it is ending/);
    await supervisor.stop('a');
  });

  itInFull(`ends by itself: nothing is started or restarted from then on ${LONG}`, async () => {
    const supervisor = hold(
      new Supervisor(
        { a: obedient, b: () => new IgnoresTerm() },
        { significant: { a: true }, autoShutdown: 'any-significant' },
      ),
    );
    await firstValueFrom(supervisor.ready$);
    await firstValueFrom((supervisor.which('b') as InstanceType<typeof IgnoresTerm>).message$);
    await (supervisor.which('a') as Task).send('return');
    await poll('b is asked to stop', async () => (await childrenOf(supervisor))[1]?.[1] === 'stopping');
    expect(() => supervisor.start(obedient)).to.throw(/^Supervisor: it is ending/);
    expect((await supervisor.restart('a').catch(thrown => thrown)).message).to.match(/^Supervisor: it is ending/);
  });

  itInFull(`gives up before it is ready: ready$ errors; an error that nobody gets is a warning ${LONG}`, async () => {
    const make = () => hold(new Supervisor({ a: () => new NeverReady() }, { intensity: { restarts: 0 } }));
    expect(await firstValueFrom(make().ready$).catch(thrown => thrown.name)).to.equal('RestartLimitError');
    const warnings: Error[] = [];
    const listener = (warning: Error) => warnings.push(warning);
    process.on('warning', listener);
    try {
      make();
      await poll('a warning', () => warnings.length > 0);
      expect(process.exitCode).to.equal(1);
    } finally {
      process.off('warning', listener);
      process.exitCode = undefined;
    }
    expect(warnings[0]?.message).to.match(/^a supervisor ended with an error that nobody handled: .*RestartLimitError/);
  });

  itInFull(`the abort of a signal shuts it down ${LONG}`, async () => {
    const abort = new AbortController();
    const supervisor = hold(new Supervisor({ a: noted('a'), b: noted('b') }, { signal: abort.signal }));
    const end = lastValueFrom(supervisor.children$);
    await firstValueFrom(supervisor.ready$);
    abort.abort();
    expect((await end).map(({ state }: ChildSnapshot) => state)).to.deep.equal(['ended', 'ended']);
    expect(notes().slice(2)).to.deep.equal(['b end', 'a end']);
  });

  it('shutdown in the turn of its construction starts nothing', async () => {
    const supervisor = hold(new Supervisor({ a: obedient }));
    const events = eventsOf(supervisor);
    await supervisor.shutdown();
    expect(events).to.deep.equal([]);
  });

  it('stop by hand of a child that ignores SIGTERM takes its grace', async () => {
    const supervisor = hold(new Supervisor({ a: () => new IgnoresTerm() }));
    await firstValueFrom(supervisor.ready$);
    const task = supervisor.which('a') as InstanceType<typeof IgnoresTerm>;
    await firstValueFrom(task.message$);
    await supervisor.stop('a');
    expect(await task.wait()).to.include({ reason: 'stopped', forced: true });
  });
});
