/** What the dashboard does with processes of the tree, by their ids. */
import path from 'node:path';
import { expect } from 'chai';
import { isStateError } from 'offspring-rx';
import { Supervisor, superviseAll } from 'offspring-rx/supervise';
import { firstValueFrom } from 'rxjs';
import { fixture, ROOT } from '../support/fixture';
import { itInFull, LONG } from '../support/long';
import { poll } from '../support/poll';
import { watchTree } from '../support/tree';

const tasks = fixture<typeof import('../fixtures/observed')>('observed');
const { restartNode, shutdownNode, usageOf }: typeof import('../../src/observe/control') = require(
  path.join(ROOT, 'dist', 'observe', 'control.js'),
);

/** The message of the StateError that a call throws. */
function refusal(call: () => void): string {
  try {
    call();
  } catch (error) {
    expect(isStateError(error)).to.equal(true);
    return (error as Error).message;
  }
  return 'it was done';
}

describe('the control of the tree', () => {
  it('shuts down a process of this one', async () => {
    const tree = watchTree();
    const task = new tasks.Ticker();
    const { id, pid } = await tree.find('it runs', ({ state }) => state === 'running');
    expect((await firstValueFrom(usageOf(pid as number, 50))).memory).to.be.above(1e6);
    shutdownNode(id);
    expect(await task.wait()).to.include({ reason: 'stopped' });
    await tree.find('its end', ({ state }) => state === 'exited');
    expect(refusal(() => shutdownNode(id))).to.equal(`The tree of processes: loop '${id}' (Ticker) has ended`);
    tree.end();
  });

  it('shuts down and restarts processes of processes', async () => {
    const tree = watchTree();
    const task = new tasks.Household();
    const steady = await tree.find('the loop', ({ key, state }) => key === 'steady' && state === 'running');
    const worker = await tree.find('the worker', ({ key, state }) => key === '0' && state === 'running');
    expect(steady.canRestart).to.equal(true);
    expect(refusal(() => restartNode(worker.id))).to.match(/is no child of a supervisor, and nothing else can be rest/);
    restartNode(steady.id);
    const again = await tree.find(
      'the restart',
      ({ key, restarts, state }) => key === 'steady' && restarts === 1 && state === 'running',
    );
    expect(again.pid).not.to.equal(steady.pid);
    expect(again.parent).to.equal(steady.parent);
    shutdownNode(again.id);
    await tree.find('its end', ({ id, state }) => id === again.id && state === 'exited');
    // It is not restarted, so nothing is left for its supervisor.
    await tree.find('the supervisor', ({ id, state }) => id === again.parent && state === 'exited');
    shutdownNode(worker.parent as string);
    await tree.find('the pool', ({ id, state }) => id === worker.parent && state === 'exited');
    await task.send('end');
    expect(await task.wait()).to.include({ reason: 'completed' });
    tree.end();
  });

  for (const strategy of ['one-for-one', 'one-for-all'] as const) {
    itInFull(`restarts a child of superviseAll alone, which is no failure: ${strategy} ${LONG}`, async () => {
      const tree = watchTree();
      const options = { strategy, intensity: { restarts: 0 } };
      const subscription = superviseAll(
        { one: () => new tasks.Ticker(), two: () => new tasks.Waits() },
        options,
      ).subscribe();
      const one = await tree.find('one', ({ key, state }) => key === 'one' && state === 'running');
      const two = await tree.find('two', ({ key, state }) => key === 'two' && state === 'running');
      restartNode(one.id);
      await tree.find('again', ({ key, restarts, state }) => key === 'one' && restarts === 1 && state === 'running');
      expect(tree.of(two.id)).to.include({ state: 'running' });
      await tree.find('it is counted', ({ id, restarts }) => id === one.parent && restarts === 1);
      shutdownNode(one.parent as string);
      await poll('all have ended', () => tree.nodes.every(({ state }) => state === 'exited'));
      subscription.unsubscribe();
      tree.end();
    });
  }

  itInFull(
    `stops a child of a Supervisor, which its code can start again, and a supervisor below another ${LONG}`,
    async () => {
      const tree = watchTree();
      const below = () => ({ children: { leaf: () => new tasks.Ticker() } });
      const supervisor = new Supervisor({ one: () => new tasks.Waits(), below }, { restart: 'always' });
      await firstValueFrom(supervisor.ready$);
      const one = await tree.find('one', ({ key, state }) => key === 'one' && state === 'running');
      shutdownNode(one.id);
      await tree.find('its end', ({ id, state }) => id === one.id && state === 'exited');
      await poll('it is known', async () => {
        const children = await firstValueFrom(supervisor.children$);
        return children.some(({ key, state }) => key === 'one' && state === 'stopped');
      });
      await supervisor.restart('one');
      await tree.find('again', ({ key, restarts, state }) => key === 'one' && restarts === 1 && state === 'running');
      const lower = await tree.find('below', ({ key }) => key === 'below');
      const leaf = await tree.find('leaf', ({ key, state }) => key === 'leaf' && state === 'running');
      restartNode(lower.id);
      const next = await tree.find('below again', ({ key, id }) => key === 'below' && id !== lower.id);
      await tree.find('leaf again', ({ parent, state }) => parent === next.id && state === 'running');
      expect(tree.of(leaf.id)).to.include({ state: 'exited' });
      shutdownNode(next.id);
      await tree.find('its end', ({ id, state }) => id === next.id && state === 'exited');
      await supervisor.shutdown();
      tree.end();
    },
  );

  it('refuses what is not there', async () => {
    expect(refusal(() => shutdownNode('1'))).to.equal(
      "The tree of processes: there is no process '1', or nobody looks at the tree",
    );
    const tree = watchTree();
    const task = new tasks.Waits();
    const { id } = await tree.find('it runs', ({ state }) => state === 'running');
    expect(refusal(() => shutdownNode(`${id}.7`))).to.equal(`The tree of processes: there is no process '${id}.7'`);
    expect(refusal(() => restartNode(id))).to.match(/subprocess '\d+' \(Waits\) is no child of a supervisor/);
    await task.shutdown();
    tree.end();
  });
});
