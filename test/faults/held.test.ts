/** FAULTS 96 to 99: what may come in between while the children of a Supervisor are started, stopped and restarted. */
import { expect } from 'chai';
import { type ChildSnapshot, Supervisor } from 'offspring-rx/supervise';
import { firstValueFrom } from 'rxjs';
import { fixture, fixturePath } from '../support/fixture';
import { inner } from '../support/inner';
import { LONG, rows, sized } from '../support/long';
import { poll } from '../support/poll';
import { isAlive } from '../support/processes';
import { runNode } from '../support/script';
import { temporaryFolder } from '../support/temporary';

const { registered } = inner<typeof import('../../src/parent/end/registry')>('parent/end/registry');
const { NeverReady, Noted, Obedient } = fixture<typeof import('../fixtures/supervised')>('supervised');
type Task = InstanceType<typeof Obedient>;

const HELD = fixturePath('scripts/held').replace(/js$/, 'cjs');
const backoff = { initial: 1 };

describe('96 to 99 a Supervisor', () => {
  const folder = temporaryFolder();

  it('96 a new task that is to replace another is not ready: the old one goes on', async () => {
    let starts = 0;
    const a = () => (++starts === 1 ? new Obedient() : new NeverReady());
    await using supervisor = new Supervisor({ a });
    await firstValueFrom(supervisor.ready$);
    const old = supervisor.which('a') as Task;
    const error = await supervisor.restart('a', { overlap: true }).catch(thrown => thrown);
    expect(error).to.include({ name: 'StartError', phase: 'ready' });
    expect(supervisor.which('a')).to.equal(old);
    expect(isAlive(old.process?.pid as number)).to.equal(true);
  });

  it('96 the old task crashes while the new one starts: the new one takes over, and that is no failure', async () => {
    await using supervisor = new Supervisor({ a: () => new Obedient() }, { intensity: { restarts: 0 } });
    await firstValueFrom(supervisor.ready$);
    const old = supervisor.which('a') as Task;
    const restarted = supervisor.restart('a', { overlap: true });
    old.process?.kill('SIGKILL');
    await restarted;
    expect(supervisor.which('a')).not.to.equal(old);
    const [child] = (await firstValueFrom(supervisor.children$)) as [ChildSnapshot];
    expect([child.state, child.restarts, child.lastExit?.reason]).to.deep.equal(['running', 1, 'killed']);
  });

  const ENDS = ['waits', 'exits', 'shuts all down', 'waits, restarting', 'exits, restarting'];
  for (const how of rows(ENDS, each => each === 'waits, restarting')) {
    it(`97 the parent ends, with children that were started by hand: it ${how} ${LONG}`, async () => {
      const script = runNode([HELD, folder.file('log'), how]);
      await script.says('up\n');
      if (how.startsWith('waits')) script.process.kill('SIGTERM');
      const { stderr } = await script.ended;
      expect(stderr.replace(/^offspring-rx: waiting for .*\n/, '')).to.equal('');
      const ends = folder.lines('log').filter(line => line.endsWith('end'));
      // Of two tasks of one child, the one that was not ready may end without a begin.
      expect(ends.filter((line, at) => line !== ends[at - 1])).to.deep.equal(['c end', 'b end', 'a end']);
      const count = (what: string) => folder.lines('log').filter(line => line.endsWith(what)).length;
      expect(count('end')).to.equal(count('begin'));
    });
  }

  it('98 children are stopped, restarted and killed at random, all at once: each promise settles', async () => {
    const keys = ['a', 'b', 'c'];
    const make = () => new Obedient();
    const supervisor = new Supervisor(
      { a: make, b: make },
      { strategy: 'rest-for-one', backoff, intensity: { restarts: Number.POSITIVE_INFINITY } },
    );
    await firstValueFrom(supervisor.ready$);
    supervisor.start('c', make);
    const settled: Promise<unknown>[] = [];
    const ask = (key: string, what: number) => {
      if (what < 2) return supervisor.restart(key, { overlap: what === 1 });
      if (what === 2) return supervisor.stop(key);
      supervisor.which(key)?.process?.kill('SIGKILL');
      return Promise.resolve();
    };
    for (let turn = 0; turn < sized(20, 300); turn++) {
      // The same for each run, so that a failure can be repeated.
      settled.push(ask(keys[(turn * 7) % 3] as string, (turn * turn + (turn >> 2)) % 4).catch(error => error));
      if (turn % 3 === 0) await new Promise(resolve => setTimeout(resolve, (turn * 13) % 60));
    }
    for (const key of ['a', 'b']) settled.push(supervisor.restart(key).catch(error => error));
    await Promise.all(settled);
    const alive = async () => (await firstValueFrom(supervisor.children$)).filter(({ state }) => state === 'running');
    await poll('a and b run', async () => {
      const running = (await alive()).map(({ key }) => key);
      return ['a', 'b'].every(key => running.includes(key));
    });
    await poll('replaced tasks have ended', async () => registered().length === (await alive()).length);
    await supervisor.shutdown();
    expect(registered().length).to.equal(0);
  });

  it(`99 many children come and go: each is forgotten, and those that are left stop at once ${LONG}`, async function () {
    this.timeout(240_000);
    const count = sized(4, 100);
    const supervisor = new Supervisor();
    await firstValueFrom(supervisor.ready$);
    for (let made = 0; made < count; made++) {
      const key = supervisor.start(() => new Obedient(), { restart: 'never' });
      const task = supervisor.which(key) as Task;
      await firstValueFrom(task.ready$);
      if (made % 4 > 0) void task.send('return');
    }
    await poll('most have ended', async () => (await firstValueFrom(supervisor.children$)).length === count / 4);
    const log = folder.file('log');
    for (const name of ['x', 'y', 'z']) supervisor.start(() => new Noted(log, name));
    await poll('they have begun', () => folder.lines('log').length === 3);
    const start = performance.now();
    await supervisor.shutdown();
    expect(performance.now() - start, 'they stop together').to.be.below(sized(2_000, 10_000));
    expect(registered().length).to.equal(0);
  });
});
