/** keepSpares(): processes that stand ready for whichever class is started next. */
import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { keepSpares, Subprocess } from 'offspring-rx';
import { firstValueFrom, lastValueFrom, toArray } from 'rxjs';
import { fixture, fixturePath } from './support/fixture';
import { inner } from './support/inner';
import { itInFull, LONG, rows } from './support/long';
import { poll } from './support/poll';
import { isAlive } from './support/processes';
import { runNode } from './support/script';

const { registered } = inner<typeof import('../src/parent/end/registry')>('parent/end/registry');
const { Loop, Missing, Piped, Plain } = fixture<typeof import('./fixtures/blank-spares')>('blank-spares');
const { Ready } = fixture<typeof import('./fixtures/spares')>('spares');

interface SpareLike {
  isReady?: boolean;
  place: string | undefined;
  child: { pid: number };
}

/** The pids of those that have no class. */
const blanks = () =>
  (registered().filter(entry => 'isReady' in entry) as unknown as SpareLike[])
    .filter(({ place }) => place === undefined)
    .map(({ child }) => child.pid);

const untilThereAre = (count: number) => poll(`${count} spares for any class`, () => blanks().length === count);

describe('spares for any class', () => {
  afterEach(async () => {
    keepSpares(0);
    await Subprocess.shutdownAll();
    expect(registered()).to.deep.equal([]);
  });

  it('any class takes one, another is made, and each process runs one instance', async () => {
    keepSpares(1);
    const pids: unknown[] = [];
    for (let turn = 0; turn < 3; turn++) {
      await untilThereAre(1);
      const [spare] = blanks();
      const { pid, loadedAt } = await new Plain().result();
      expect(pid).to.equal(spare);
      expect(pids).not.to.include(pid);
      expect(loadedAt).to.be.at.most(Date.now());
      pids.push(pid);
    }
    await untilThereAre(1);
  });

  it('the child is as any other: its title, its arguments, its events', async () => {
    const cold = await new Plain().result();
    keepSpares(1);
    const [spare] = blanks();
    const task = new Plain();
    const events = lastValueFrom(task.event$.pipe(toArray()));
    const warm = await task.result();
    expect(warm).to.deep.equal({ ...cold, pid: spare, loadedAt: warm.loadedAt });
    expect(warm.loadedAt).to.be.above(cold.loadedAt);
    const types = (await events).map(({ type }) => type);
    expect(types).to.deep.equal(['starting', 'spawned', 'ready', 'result', 'exited']);
  });

  it('a loop takes one, begins, and ends as it should', async () => {
    keepSpares(1);
    const [spare] = blanks();
    const task = new Loop();
    expect(await firstValueFrom(task.message$)).to.equal('begin');
    await firstValueFrom(task.iteration$);
    const rest = lastValueFrom(task.message$.pipe(toArray()));
    expect(await task.shutdown()).to.include({ reason: 'stopped', forced: false, pid: spare });
    expect(await rest).to.deep.equal(['end']);
  });

  it('errors come as from any child', async () => {
    keepSpares(1);
    const [spare] = blanks();
    const task = new Missing();
    expect(await task.result().catch(reason => reason)).to.have.nested.property('remote.name', 'RangeError');
    expect(await task.wait()).to.include({ reason: 'failed', code: 1, pid: spare });
  });

  it('a class with spares of its own takes those first', async () => {
    await new Ready().result();
    await poll('its spare is ready', () => registered().some(entry => 'isReady' in entry && entry.isReady));
    keepSpares(1);
    const spare = blanks()[0] as number;
    expect((await new Ready().result()).pid).not.to.equal(spare);
    expect(blanks()).to.deep.equal([spare]);
  });

  const others = {
    'an environment': () => new Plain({ env: { MARKER: 'set' } }).result(),
    'a working directory': () => new Plain({ cwd: '/' }).result(),
    flags: () => new Plain({ execArgv: ['--no-warnings'] }).result(),
    'a STDIO': () => new Piped().result(),
  };
  for (const [what, start] of rows(Object.entries(others), ([each]) => each === 'a STDIO')) {
    it(`${what} of its own: it is not used, and stays ${LONG}`, async () => {
      keepSpares(1);
      const [spare] = blanks();
      await start();
      expect(blanks()).to.deep.equal([spare]);
      expect(isAlive(spare as number)).to.equal(true);
    });
  }

  it('the environment of this process has changed since: it is not used, and replaced', async () => {
    keepSpares(1);
    const [spare] = blanks();
    process.env['BLANK_SPARES_TEST'] = 'changed';
    try {
      expect((await new Plain().result()).pid).not.to.equal(spare);
      await poll('it is replaced', () => blanks().length === 1 && blanks()[0] !== spare);
      const [another] = blanks();
      expect((await new Plain().result()).pid).to.equal(another);
    } finally {
      delete process.env['BLANK_SPARES_TEST'];
    }
  });

  it('the user, the groups and the umask of this process have changed since: it is not used, and ends with it', async () => {
    const { ended } = runNode([fixturePath('scripts/blank-spares').replace(/\.js$/, '.cjs'), 'drops'], {
      env: { NODE_DEBUG: 'offspring-rx' },
    });
    const { code, stdout, stderr } = await ended;
    expect(code, stderr).to.equal(0);
    expect(stderr).to.include(
      'Identity: takes no spare for any class: each has another environment, directory, user or',
    );
    const isRoot = process.getuid?.() === 0;
    const lines = stdout
      .trim()
      .split('\n')
      .filter(line => line.startsWith('{'))
      .map(line => JSON.parse(line));
    const before = lines.pop();
    const after = { ...before, umask: 0o77, ...(isRoot ? { uid: 65_534, gid: 65_534 } : {}) };
    if (isRoot) after.groups = [65_534];
    expect(lines).to.deep.equal([after, after]);
  });

  it('one that gets the signals of a terminal stays, and is used', async () => {
    keepSpares(1);
    const spare = blanks()[0] as number;
    const catches = () =>
      Number.parseInt(/SigCgt:\s*(\w+)/.exec(readFileSync(`/proc/${spare}/status`, 'utf8'))?.[1] ?? '', 16);
    // Node handles SIGINT from the beginning, to restore the terminal.
    await poll('it handles SIGHUP', () => catches() % 2 === 1);
    for (const signal of ['SIGINT', 'SIGHUP'] as const) process.kill(spare, signal);
    expect((await new Plain().result()).pid).to.equal(spare);
  });

  it('one that dies is dropped, and the next start is cold', async () => {
    keepSpares(1);
    const [spare] = blanks();
    process.kill(spare as number, 'SIGKILL');
    await poll('it is dropped', () => blanks().length === 0);
    expect((await new Plain().result()).pid).not.to.equal(spare);
    await untilThereAre(1);
  });

  itInFull(`fewer are kept when fewer are asked for ${LONG}`, async () => {
    keepSpares(3);
    expect(blanks()).to.have.length(3);
    keepSpares(1);
    await untilThereAre(1);
    keepSpares(0);
    await untilThereAre(0);
  });

  it('none are kept, and no process can be planned: those that there are end', async () => {
    keepSpares(1);
    // As in a program that was itself started in place of a child.
    process.env['OFFSPRING_RX_BOOTING'] = '1';
    try {
      keepSpares(0);
    } finally {
      delete process.env['OFFSPRING_RX_BOOTING'];
    }
    await untilThereAre(0);
  });

  it('shutdownAll() of a class leaves them, of all ends them until the next start', async () => {
    keepSpares(1);
    const [spare] = blanks();
    expect(await Plain.shutdownAll()).to.deep.equal([]);
    expect(blanks()).to.deep.equal([spare]);
    expect(await Subprocess.shutdownAll()).to.deep.equal([]);
    expect(isAlive(spare as number)).to.equal(false);
    await new Plain().result();
    await untilThereAre(1);
  });

  for (const count of [-1, 1.5, Number.POSITIVE_INFINITY, '2', undefined]) {
    it(`${String(count)} is refused`, () => {
      expect(() => keepSpares(count as number)).to.throw(
        /^keepSpares\(\): count is .*: it must be a whole number, 0 or/,
      );
    });
  }

  describe('the parent ends', () => {
    const script = (way: string) => runNode([fixturePath('scripts/blank-spares').replace(/\.js$/, '.cjs'), way]);

    it('when its work runs out: they do not keep it', async () => {
      expect(await script('runsOut').ended).to.include({ code: 0, stdout: 'end\n', stderr: '' });
    });

    itInFull(`by process.exit(): its code stays ${LONG}`, async () => {
      expect(await script('exits').ended).to.include({ code: 7, stderr: '' });
    });

    itInFull(
      `by process.exit(), which still starts a task: that takes none of those that are about to end ${LONG}`,
      async () => {
        const { code, stdout, stderr } = await script('startsAtExit').ended;
        expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' });
        expect(stdout).to.equal('loaded in a child\nwaited for\n');
      },
    );

    for (const signal of rows(['SIGTERM', 'SIGINT', 'SIGKILL'] as const, each => each === 'SIGKILL')) {
      it(`by ${signal}: they end too, and write nothing ${LONG}`, async () => {
        const parent = script('waits');
        await parent.says('waits');
        process.kill(parent.pid, signal);
        expect(await parent.ended).to.include({ signal, stderr: '' });
      });
    }

    itInFull(`a class in the entry script: a child keeps none of its own ${LONG}`, async () => {
      expect(await script('own').ended).to.include({ code: 0, stdout: 'loaded in a child\nchildren 0\n', stderr: '' });
    });
  });
});
