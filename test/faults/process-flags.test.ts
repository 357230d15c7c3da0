/** FAULTS 101 to 103: MEMORY_LIMIT, NICE and TITLE, for each kind of class. */
import { expect } from 'chai';
import { type ExitError, type ExitStatus, isExitError, isStateError, Subprocess, SubprocessLoop } from 'offspring-rx';
import { WorkerPool } from 'offspring-rx/pool';
import { supervise } from 'offspring-rx/supervise';
import { filter, firstValueFrom, map, take, toArray } from 'rxjs';
import { fixture, fixturePath } from '../support/fixture';
import { inner } from '../support/inner';
import { itInFull, LONG, rows } from '../support/long';
import { outcomeOf } from '../support/outcome';
import { poll } from '../support/poll';
import { commandOf, isAlive } from '../support/processes';
import { runNode } from '../support/script';

const { registered } = inner<typeof import('../../src/parent/end/registry')>('parent/end/registry');
const { OwnTitle } = fixture<typeof import('../fixtures/own-title')>('own-title');
const { EatsLater } = fixture<typeof import('../fixtures/eats-later')>('eats-later');
const tasks = fixture<typeof import('../fixtures/process-flags')>('process-flags');

/** The pid of the spare of a class, once it is ready. */
const readySpare = () => poll('a spare is ready', () => spares().find(({ isReady }) => isReady)?.child.pid);

const spares = () =>
  registered().filter(entry => 'isReady' in entry) as unknown as { isReady: boolean; child: { pid: number } }[];

describe('101 MEMORY_LIMIT', function () {
  this.timeout(30_000);

  for (const isBusy of rows([true, false], each => each)) {
    it(`a task that is ${isBusy ? 'busy' : 'idle, and deaf to SIGTERM'}: it is killed, and the failure says why ${LONG}`, async () => {
      const { exit, error } = await outcomeOf(new tasks.Hungry(isBusy));
      expect(exit).to.include({ reason: 'failed', cause: 'memory-limit', signal: 'SIGKILL', forced: true });
      expect(error).to.equal(exit.error);
      expect(isExitError(error)).to.equal(true);
      const [, bytes, limit] =
        /in the middle of its work, by its parent: it had ([\d,]+) bytes of resident memory, more than its MEMORY_LIMIT of ([\d,]+)$/.exec(
          error?.message ?? '',
        ) ?? [];
      expect(Number(limit?.replaceAll(',', ''))).to.equal(tasks.LIMIT);
      expect(Number(bytes?.replaceAll(',', ''))).to.be.within(tasks.LIMIT, 3 * tasks.LIMIT);
    });
  }

  it('one that keeps to it is left alone, and the watch ends with it', async () => {
    const { exit, value } = await outcomeOf(new tasks.Modest());
    expect(exit.reason).to.equal('completed');
    expect(value).to.equal('modest');
  });

  itInFull(`a loop under a supervisor: each end is a failure, which is restarted ${LONG}`, async () => {
    const events = supervise(() => new tasks.HungryLoop(), { restart: 'on-failure', backoff: { initial: 1 } });
    const exits = await firstValueFrom(
      events.pipe(
        filter(event => event.type === 'exited'),
        map(event => (event as { exit: ExitStatus }).exit),
        take(2),
        toArray(),
      ),
    );
    for (const exit of exits) expect(exit).to.include({ reason: 'failed', cause: 'memory-limit' });
    await poll('all have ended', () => registered().length === 0);
  });

  it('a worker of a pool: the item fails with it, and the other items do not', async () => {
    await using pool = new WorkerPool(tasks.HungryWorker, { workers: 1 });
    const [eaten, other] = await Promise.allSettled([pool.run('eat'), pool.run('other')]);
    const { exit } = (eaten as PromiseRejectedResult).reason as ExitError;
    expect(exit).to.include({ reason: 'failed', cause: 'memory-limit' });
    expect(other).to.deep.equal({ status: 'fulfilled', value: 'other' });
  });

  itInFull(`a task in a spare ${LONG}`, async () => {
    const first = new tasks.Spared();
    const failed = outcomeOf(first);
    const spare = await readySpare();
    const { exit } = await outcomeOf(new tasks.Spared());
    expect(exit).to.include({ pid: spare, cause: 'memory-limit' });
    expect((await failed).exit).to.include({ cause: 'memory-limit' });
    await Subprocess.shutdownAll();
  });

  itInFull(`a spare that has too much is dropped ${LONG}`, async () => {
    await new EatsLater().result();
    const spare = await poll('a spare is made', () => spares()[0]?.child.pid);
    await poll('it is gone', () => !isAlive(spare));
    await poll('it is no spare any longer', () => registered().length === 0);
  });

  for (const wrong of [0, -1, Number.NaN, '100 MB', null]) {
    it(`${JSON.stringify(wrong)} is refused`, () => {
      class Wrong extends tasks.Modest {}
      Object.assign(Wrong, { MEMORY_LIMIT: wrong });
      expect(() => new Wrong())
        .to.throw('Wrong.MEMORY_LIMIT is')
        .that.satisfies(isStateError)
        .with.property('message')
        .that.matches(/: it must be a number of bytes above 0, or Infinity$/);
    });
  }
});

describe('102 NICE', function () {
  this.timeout(30_000);

  it('every thread of a task, a loop, a worker and a spare has it, and a child without it has that of its parent', async () => {
    expect(await new tasks.Nice().result()).to.deep.equal([7]);
    expect(await new tasks.AsParent().result()).to.deep.equal([0]);
    const loop = new tasks.NiceLoop();
    expect(await firstValueFrom(loop.message$)).to.deep.equal([7]);
    await loop.shutdown();
    await using pool = new WorkerPool(tasks.NiceWorker, { workers: 1 });
    expect(await pool.run('')).to.deep.equal([7]);
    expect(await new tasks.NiceSpared().result()).to.deep.equal([7]);
    const spare = await readySpare();
    const spared = new tasks.NiceSpared();
    expect(await spared.result()).to.deep.equal([7]);
    expect((await spared.wait()).pid).to.equal(spare);
    await SubprocessLoop.shutdownAll();
    await Subprocess.shutdownAll();
  });

  it('a number that the system does not allow: a StartError that says so, and no process is left', async () => {
    const flags = ['--bounding-set', '-sys_nice', process.execPath];
    const script = runNode([fixturePath('scripts/not-nicer').replace(/js$/, 'cjs')], { node: 'setpriv', flags });
    const { code, stdout, stderr } = await script.ended;
    expect(stderr).to.equal('');
    expect(stdout.split('\n').slice(0, -1)).to.deep.equal([
      'Urgent: no process could be made: NICE is -5, which this process has no right to give (EACCES): only a number above its own needs no right',
      'not-started start-failed null',
      'done',
    ]);
    expect(code).to.equal(0);
  });

  for (const wrong of [1.5, 20, -21, Number.NaN, '5', null]) {
    it(`${JSON.stringify(wrong)} is refused`, () => {
      class Wrong extends tasks.Nice {}
      Object.assign(Wrong, { NICE: wrong });
      expect(() => new Wrong())
        .to.throw('Wrong.NICE is')
        .that.satisfies(isStateError)
        .with.property('message')
        .that.matches(/: it must be a whole number from -20 to 19, or undefined$/);
    });
  }
});

describe('103 TITLE', function () {
  this.timeout(30_000);
  const titleOf = (type: string) => `node ${type} (offspring-rx of ${process.pid})`;

  it('a task, a loop, a worker and a spare are shown by their class and the pid of the parent', async () => {
    expect((await new tasks.Titled().result())[0]).to.equal(titleOf('Titled'));
    const loop = new tasks.TitledLoop();
    const [title, pid] = await firstValueFrom(loop.message$);
    expect(title).to.equal(titleOf('TitledLoop'));
    // The system shows no more of it than the command had characters.
    expect(titleOf('TitledLoop')).to.equal(commandOf(pid).trim());
    await loop.shutdown();
    await using pool = new WorkerPool(tasks.TitledWorker, { workers: 1 });
    expect((await pool.run(''))[0]).to.equal(titleOf('TitledWorker'));
    await new tasks.TitledSpared().result();
    const spare = await readySpare();
    expect(commandOf(spare).trim()).to.equal(titleOf('TitledSpared'));
    await Subprocess.shutdownAll();
  });

  it('a module may set a title of its own', async () => {
    expect(await new OwnTitle().result()).to.equal('a title of its own');
  });

  it('a thread that loads the library when the title hides the command is in a child all the same', async () => {
    const { InThread } = fixture<typeof import('../fixtures/title-thread')>('title-thread');
    expect(await new InThread().result()).to.deep.equal([true, true]);
  });

  it('TITLE = false: it is left alone', async () => {
    expect((await new tasks.Untitled().result())[0]).not.to.contain('offspring');
  });

  it('a value that is none is refused', () => {
    class Wrong extends tasks.Titled {}
    Object.assign(Wrong, { TITLE: 'mine' });
    expect(() => new Wrong())
      .to.throw("Wrong.TITLE is 'mine': it must be true or false")
      .that.satisfies(isStateError);
  });
});
