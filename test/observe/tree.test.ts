/** processTree$: all processes, supervisors and pools, to any depth. */
import { expect } from 'chai';
import { fromSubprocess, isStateError, type Subprocess } from 'offspring-rx';
import { type ProcessNode, processTree$, type TreeOptions } from 'offspring-rx/observe';
import { WorkerPool } from 'offspring-rx/pool';
import { Supervisor, superviseAll } from 'offspring-rx/supervise';
import { firstValueFrom } from 'rxjs';
import { fixture, fixturePath } from '../support/fixture';
import { itInFull, LONG } from '../support/long';
import { poll } from '../support/poll';
import { isAlive } from '../support/processes';
import { runNode } from '../support/script';
import { watchTree } from '../support/tree';

const tasks = fixture<typeof import('../fixtures/observed')>('observed');

describe('processTree$', () => {
  it('has a process from its start to its end and after it, with its counters and how it ended', async () => {
    const tree = watchTree();
    expect(tree.nodes).to.deep.equal([]);
    const before = Date.now();
    const task = new tasks.Ticker();
    const node = await tree.find('it runs and counts', ({ state, messages }) => state === 'running' && messages > 2);
    expect(node).to.include({ kind: 'loop', name: 'Ticker', parent: undefined, pid: task.process?.pid });
    expect(node.iterations).to.be.within(node.messages - 1, node.messages + 1);
    expect(node.startedAt).to.be.within(before, Date.now());
    expect(node.since).to.be.within(node.startedAt, Date.now());
    expect(JSON.parse(JSON.stringify(node))).to.deep.equal(JSON.parse(JSON.stringify({ ...node })));
    await task.shutdown();
    const over = await tree.find('it has ended', ({ state }) => state === 'exited');
    expect(over.id).to.equal(node.id);
    expect(over.exit).to.deep.equal({ reason: 'stopped', cause: 'shutdown', code: 0, signal: null, forced: false });
    expect(over.endedAt).to.be.at.least(over.startedAt);
    tree.end();
  });

  it('tells why one ended, and of one that never had a process', async () => {
    class Wrong extends tasks.Waits {
      override init() {
        throw new Error('not today');
      }
    }
    const tree = watchTree();
    const task = new tasks.Crashes();
    void new Wrong().result().catch(() => {});
    await task.send('now');
    await task.result().catch(() => {});
    const { exit, pid } = await tree.find('the crash', ({ name, state }) => name === 'Crashes' && state === 'exited');
    expect(pid).to.equal(task.process?.pid);
    expect(exit).to.include({ reason: 'failed', cause: 'threw', code: 1 });
    expect(exit?.error).to.match(/^Crashes\.run\(\) threw in the child \(pid \d+\): Error: it was told to$/);
    const wrong = await tree.find('no start', ({ name, state }) => name === 'Wrong' && state === 'exited');
    expect(wrong).to.include({ pid: null });
    expect(wrong.exit).to.include({ reason: 'not-started', cause: 'start-failed' });
    expect(wrong.exit?.error).to.include('not today');
    tree.end();
  });

  it('has the processes of processes, to any depth, from their starts to their ends', async () => {
    const tree = watchTree();
    const task = new tasks.Nest(3);
    const leaf = await tree.find('the leaf counts', ({ name, messages }) => name === 'Ticker' && messages > 2);
    const chain = tree.chainOf(leaf);
    expect(chain.map(({ name }) => name)).to.deep.equal(['Nest', 'Nest', 'Nest', 'Ticker']);
    expect(new Set(chain.map(({ pid }) => pid)).size).to.equal(4);
    for (const { pid } of chain) expect(isAlive(pid as number)).to.equal(true);
    expect(chain[0]?.pid).to.equal(task.process?.pid);
    // What others belong to comes first.
    expect(tree.nodes.map(({ id }) => id)).to.deep.equal(chain.map(({ id }) => id));
    await task.shutdown();
    await poll('all have ended', () => tree.nodes.length === 4 && tree.nodes.every(({ state }) => state === 'exited'));
    tree.end();
  });

  itInFull(`is seen by who looks late, and one who looks again sees the same ids ${LONG}`, async () => {
    const task = new tasks.Nest(1);
    await firstValueFrom(task.ready$);
    const first = watchTree();
    const [own] = first.nodes;
    expect(own).to.include({ name: 'Nest', state: 'running', pid: task.process?.pid });
    const leaf = await first.find('the leaf', ({ name, state }) => name === 'Ticker' && state === 'running');
    first.end();
    const second = watchTree();
    const again = await second.find('the leaf', ({ name, state }) => name === 'Ticker' && state === 'running');
    expect(again).to.include({ id: leaf.id, parent: own?.id, pid: leaf.pid, startedAt: leaf.startedAt });
    await task.shutdown();
    second.end();
  });

  it('shows supervisors with their children: a restart is another process with the same key', async () => {
    const tree = watchTree();
    const supervisor = new Supervisor(
      { steady: () => new tasks.Ticker(), below: () => ({ children: { falls: () => new tasks.Crashes() } }) },
      { backoff: { initial: 1 } },
    );
    await firstValueFrom(supervisor.ready$);
    const [top, steady, below, crashes] = await Promise.all([
      tree.find('the supervisor', ({ name }) => name === 'Supervisor'),
      tree.find('steady', ({ key }) => key === 'steady'),
      tree.find('below', ({ key }) => key === 'below'),
      tree.find('falls', ({ key, state }) => key === 'falls' && state === 'running'),
    ]);
    expect(top).to.include({ kind: 'supervisor', parent: undefined, pid: null, state: 'running', restarts: 0 });
    expect(steady).to.include({ kind: 'loop', parent: top.id, restarts: 0 });
    expect(below).to.include({ kind: 'supervisor', name: 'below', parent: top.id });
    expect(crashes).to.include({ parent: below.id, restarts: 0, name: 'Crashes' });
    await (supervisor.which('below/falls') as Subprocess<[], never, string>).send('now');
    const again = await tree.find(
      'the restart',
      ({ key, restarts, state }) => key === 'falls' && restarts === 1 && state === 'running',
    );
    expect(again).to.include({ parent: below.id });
    expect(again.id).not.to.equal(crashes.id);
    expect(tree.of(crashes.id)).to.include({ state: 'exited' });
    expect(tree.of(crashes.id)?.exit).to.include({ reason: 'failed' });
    await tree.find('it is counted', ({ id, restarts }) => id === below.id && restarts === 1);
    await supervisor.shutdown();
    await poll('all have ended', () => tree.nodes.every(({ state }) => state === 'exited'));
    tree.end();
  });

  itInFull(`tells when a child that has failed is restarted, until it is ${LONG}`, async () => {
    const tree = watchTree();
    const options = { backoff: { initial: 15_000, jitter: 0 } };
    await using supervisor = new Supervisor({ falls: () => new tasks.Crashes() }, options);
    const { id } = await tree.find('it runs', ({ key, state }) => key === 'falls' && state === 'running');
    expect(tree.of(id)).not.to.have.property('restartAt');
    await (supervisor.which('falls') as Subprocess<[], never, string>).send('now');
    const waiting = await tree.find('it waits', node => node.id === id && node.restartAt !== undefined);
    expect(waiting).to.include({ state: 'exited' });
    expect(waiting.restartAt).to.be.within(waiting.since + 14_990, waiting.since + 18_000);
    await supervisor.restart('falls');
    await tree.find('it is back', ({ key, restarts }) => key === 'falls' && restarts === 1);
    const over = await tree.find('it no longer waits', node => node.id === id && node.restartAt === undefined);
    expect(over).not.to.have.property('restartAt');
    tree.end();
  });

  itInFull(`has a null for the time while siblings that are restarted too are still ending ${LONG}`, async () => {
    const tree = watchTree();
    const options = { strategy: 'one-for-all', backoff: { initial: 9_000, jitter: 0 } } as const;
    const supervisor = new Supervisor(
      {
        slow: () => new tasks.EndsSlowly(),
        falls: () => new tasks.Crashes(),
        below: () => ({ children: { leaf: () => new tasks.Ticker() } }),
      },
      options,
    );
    await firstValueFrom(supervisor.ready$);
    await (supervisor.which('falls') as Subprocess<[], never, string>).send('now');
    await tree.find('the cause', ({ key, restartAt }) => key === 'falls' && restartAt === null);
    await tree.find('it ends', ({ key, state }) => key === 'slow' && state === 'stopping');
    for (const name of ['falls', 'slow', 'below']) {
      const { restartAt, endedAt } = await tree.find(
        name,
        node => node.key === name && Number.isFinite(node.restartAt),
      );
      expect(restartAt).to.be.within((endedAt as number) + 8_900, (endedAt as number) + 12_000);
    }
    expect(tree.nodes.find(({ key }) => key === 'leaf')).not.to.have.property('restartAt');
    await supervisor.shutdown();
    await poll('nobody waits', () => tree.nodes.every(({ restartAt }) => restartAt === undefined));
    tree.end();
  });

  itInFull(`has the restarts of the supervisors of processes too, while these live ${LONG}`, async () => {
    const tree = watchTree();
    const task = new tasks.KeepsFalling();
    await tree.find('it waits', ({ key, restartAt }) => key === 'falls' && Number.isFinite(restartAt));
    // Nobody is left who could restart it, nor tell so.
    process.kill(task.process?.pid as number, 'SIGKILL');
    await task.result().catch(() => {});
    await poll('nobody waits', () => tree.nodes.every(({ restartAt }) => restartAt === undefined));
    tree.end();
  });

  it('says why a supervisor gave up', async () => {
    const tree = watchTree();
    const options = { intensity: { restarts: 0 } };
    superviseAll({ falls: () => new tasks.Falls(0) }, options).subscribe({ error: () => {} });
    const { exit } = await tree.find('it gave up', ({ kind, state }) => kind === 'supervisor' && state === 'exited');
    expect(exit).to.include({ reason: 'failed', code: null, signal: null });
    expect(exit?.error).to.match(/^Falls: its supervisor gave up/);
    tree.end();
  });

  it('has no pool that could not be made', async () => {
    const tree = watchTree();
    expect(() => new WorkerPool(tasks.Doubles, { share: (() => {}) as never })).to.throw(/share/);
    expect(() => new WorkerPool(tasks.Doubles, { workers: 0 })).to.throw(/workers/);
    const pool = new WorkerPool(tasks.Doubles, { workers: 1 });
    await tree.find('the pool that was made', ({ kind }) => kind === 'pool');
    expect(tree.nodes.filter(({ kind }) => kind === 'pool')).to.have.length(1);
    await pool.shutdown();
    tree.end();
  });

  it('shows pools with their workers and their statistics, and what fromSubprocess runs', async () => {
    const tree = watchTree();
    const subscription = fromSubprocess(() => new tasks.Ticker()).subscribe();
    const pool = new WorkerPool(tasks.Doubles, { workers: 1 });
    await tree.find('an idle pool', ({ kind, stats }) => kind === 'pool' && stats?.workers === 0);
    expect(await pool.run(4)).to.equal(8);
    const node = await tree.find('the item', ({ stats }) => stats?.done === 1);
    expect(node).to.include({ kind: 'pool', name: 'Doubles', parent: undefined, pid: null, state: 'running' });
    expect(node.stats).to.include({ queued: 0, running: 0, failed: 0, canceled: 0, workers: 1 });
    expect(node.stats?.runTime).to.include({ count: 1 });
    expect(node.stats?.waitTime.max)
      .to.be.at.least(node.stats?.waitTime.p50 as number)
      .and.above(1);
    const worker = await tree.find('the worker', ({ parent }) => parent === node.id);
    expect(worker).to.include({ kind: 'subprocess', name: 'Doubles', key: '0', state: 'running' });
    const single = await tree.find(
      'the Observable',
      ({ kind, state }) => kind === 'from-subprocess' && state === 'running',
    );
    expect(single).to.include({ name: 'Ticker', parent: undefined });
    subscription.unsubscribe();
    await pool.shutdown();
    await poll('all have ended', () => tree.nodes.every(({ state }) => state === 'exited'));
    tree.end();
  });

  itInFull(
    `has the supervisors and pools of processes too; those report only while somebody looks ${LONG}`,
    async () => {
      const task = new tasks.Household();
      const watchers = async () => {
        await task.send('watchers');
        return firstValueFrom(task.message$);
      };
      await firstValueFrom(task.ready$);
      expect(await watchers()).to.equal(0);
      const tree = watchTree();
      const [pool, supervisor] = await Promise.all([
        tree.find('the pool', ({ kind, stats }) => kind === 'pool' && stats?.done === 1),
        tree.find('the supervisor', ({ kind }) => kind === 'supervisor'),
      ]);
      const worker = await tree.find('the worker', ({ key, state }) => key === '0' && state === 'running');
      const steady = await tree.find('the loop', ({ key, state }) => key === 'steady' && state === 'running');
      expect(tree.chainOf(pool).map(({ name }) => name)).to.deep.equal(['Household', 'Doubles']);
      expect(supervisor).to.include({ name: 'superviseAll', parent: pool.parent });
      expect(steady).to.include({ parent: supervisor.id });
      expect(tree.nodes.filter(({ parent }) => parent === pool.id).map(({ id }) => id)).to.deep.equal([worker.id]);
      expect(await watchers()).to.equal(1);
      tree.end();
      await poll('it is told that nobody looks any more', async () => (await watchers()) === 0);
      await task.send('end');
      await task.wait();
    },
  );

  itInFull(`has how the last processes of a process ended, although it ended at once after them ${LONG}`, async () => {
    const tree = watchTree();
    const task = new tasks.Brief();
    await tree.find('it runs', ({ name, state }) => name === 'Falls' && state === 'running');
    await task.wait();
    const { exit } = await tree.find('the end', ({ name, state }) => name === 'Falls' && state === 'exited');
    expect(exit).to.include({ reason: 'failed', cause: 'threw' });
    tree.end();
  });

  itInFull(`shows as ended what nobody has seen end, since its parent was killed ${LONG}`, async () => {
    const tree = watchTree();
    const task = new tasks.Nest(1);
    await tree.find('the leaf', ({ name, state }) => name === 'Ticker' && state === 'running');
    process.kill(task.process?.pid as number, 'SIGKILL');
    await task.result().catch(() => {});
    const leaf = await tree.find('the end', ({ name, state }) => name === 'Ticker' && state === 'exited');
    expect(leaf).not.to.have.property('exit');
    expect(leaf.endedAt).to.be.a('number');
    tree.end();
  });

  itInFull(`emits at most every interval, and the same object for a node that has not changed ${LONG}`, async () => {
    const emissions: { at: number; nodes: readonly ProcessNode[] }[] = [];
    const waits = new tasks.Waits();
    const ticker = new tasks.Ticker();
    await Promise.all([firstValueFrom(waits.ready$), firstValueFrom(ticker.ready$)]);
    const subscription = processTree$({ interval: 100 }).subscribe(nodes =>
      emissions.push({ at: performance.now(), nodes }),
    );
    await poll('some', () => emissions.length > 5);
    subscription.unsubscribe();
    // The first comes upon the subscription.
    for (let at = 2; at < emissions.length; at++) {
      const [one, next] = [emissions[at - 1], emissions[at]] as [(typeof emissions)[0], (typeof emissions)[0]];
      expect(next.at - one.at).to.be.above(95);
      expect(next.nodes).not.to.equal(one.nodes);
      expect(next.nodes[0]).to.include({ name: 'Waits' }).and.equal(one.nodes[0]);
      expect(next.nodes[1]).to.include({ name: 'Ticker' }).and.not.equal(one.nodes[1]);
    }
    await Promise.all([waits.shutdown(), ticker.shutdown()]);
  });

  itInFull(`of a subscriber who wants it more often is not held up by one who wants it rarely ${LONG}`, async () => {
    const task = new tasks.Nest(2);
    const rarely = watchTree(60_000);
    const often = watchTree(20);
    const { id, messages } = await often.find('it counts', ({ name, messages }) => name === 'Ticker' && messages > 2);
    await often.find('it goes on', node => node.id === id && node.messages > messages + 2);
    expect(rarely.nodes.length).to.be.below(2);
    often.end();
    rarely.end();
    await task.shutdown();
  });

  it('neither keeps the parent alive nor emits in code that a child runs again', async () => {
    const script = fixturePath('scripts/observes').replace(/js$/, 'cjs');
    const { code, stdout, stderr } = await runNode([script, 'tree']).ended;
    expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' });
    const lines = stdout.trim().split('\n');
    expect(lines[0]).to.equal('tree: nothing');
    expect(lines.filter(line => line === 'tree: nothing')).to.have.length(1);
    expect(lines.filter(line => line === 'it runs')).to.have.length(1);
    expect(stdout).to.match(/tree: (created|starting)/);
  });

  const wrong: [options: unknown, message: string][] = [
    [{ interval: 0 }, 'processTree$: interval is 0: it must be a number of ms, 20 to 2147483647'],
    [{ interval: Number.NaN }, 'processTree$: interval is NaN: it must be a number of ms, 20 to 2147483647'],
    [{ interval: '250' }, "processTree$: interval is '250': it must be a number of ms, 20 to 2147483647"],
    [{ intervall: 250 }, 'processTree$: there is no option intervall; there are interval'],
    [250, 'processTree$: options is 250: it must be an object of options'],
  ];
  for (const [options, message] of wrong) {
    it(`refuses ${JSON.stringify(options)}`, () => {
      let error: unknown;
      try {
        processTree$(options as TreeOptions);
      } catch (thrown) {
        error = thrown;
      }
      expect(isStateError(error)).to.equal(true);
      expect((error as Error).message).to.equal(message);
    });
  }
});
