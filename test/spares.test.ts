/** Spares: processes that stand ready, each for one instance. */
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { type AnySubprocess, Subprocess } from 'offspring-rx';
import { firstValueFrom, lastValueFrom, toArray } from 'rxjs';
import { fixture, fixturePath } from './support/fixture';
import { inner } from './support/inner';
import { itInFull, LONG, rows } from './support/long';
import { poll } from './support/poll';
import { isAlive } from './support/processes';
import { runNode } from './support/script';

const { registered } = inner<typeof import('../src/parent/end/registry')>('parent/end/registry');

const { Failing, Idle, Ready, ReadyLoop, Speaking, TwoReady, Wrong } =
  fixture<typeof import('./fixtures/spares')>('spares');

interface SpareLike {
  isReady?: boolean;
  child: { pid: number; process: { kill(signal: string): void } };
}

const spares = () => registered().filter(life => 'isReady' in life) as unknown as SpareLike[];

/** Waits until so many stand ready; their pids. */
async function untilReady(count: number): Promise<number[]> {
  await poll(`${count} spares are ready`, () => spares().filter(({ isReady }) => isReady).length === count);
  return spares().map(({ child }) => child.pid);
}

describe('spares', () => {
  afterEach(async () => {
    await Subprocess.shutdownAll();
    expect(registered()).to.deep.equal([]);
  });

  it('the first start is cold, later ones take a spare, and each process runs one instance', async () => {
    const first = await new Ready().result();
    const pids: number[] = [first.pid];
    for (let turn = 0; turn < 3; turn++) {
      const [spare] = await untilReady(1);
      const { pid } = await new Ready().result();
      expect(pid).to.equal(spare);
      expect(pids).not.to.include(pid);
      pids.push(pid);
    }
  });

  it('as many as the class asks for, and no more', async () => {
    await Promise.all([new TwoReady().result(), new TwoReady().result(), new TwoReady().result()]);
    const pids = await untilReady(2);
    const taken = await Promise.all([new TwoReady().result(), new TwoReady().result(), new TwoReady().result()]);
    expect(taken.map(({ pid }) => pid)).to.include.members(pids);
    await untilReady(2);
  });

  it('the events of a start are the same', async () => {
    await new Ready().result();
    const [spare] = await untilReady(1);
    const task = new Ready();
    const events = lastValueFrom(task.event$.pipe(toArray()));
    expect((await task.wait()).pid).to.equal(spare);
    const types = (await events).map(({ type }) => type);
    expect(types).to.deep.equal(['starting', 'spawned', 'ready', 'result', 'exited']);
  });

  it('what the module keeps dates from when it was loaded', async () => {
    await new Ready().result();
    await untilReady(1);
    const start = Date.now();
    const { loadedAt } = await new Ready().result();
    expect(loadedAt).to.be.at.most(start);
  });

  const different = [
    ['another environment', { env: { MARKER: 'set' } }],
    ['another working directory', { cwd: '/' }],
    ['other flags', { execArgv: ['--no-warnings'] }],
  ] as const;
  for (const [what, options] of rows(different, (_, at) => at === 0)) {
    it(`${what}: a spare that is different is not used ${LONG}`, async () => {
      await new Ready().result();
      const [spare] = await untilReady(1);
      const own = { ...options, ...('execArgv' in options ? { execArgv: [...options.execArgv] } : {}) };
      const { pid, marker, cwd } = await new Ready(own).result();
      expect(pid).not.to.equal(spare);
      if ('env' in options) expect(marker).to.equal('set');
      if ('cwd' in options) expect(cwd).to.equal('/');
      // And now it is this one that is prepared for.
      await poll('the spare is another one', () => spares().every(({ child }) => child.pid !== spare));
      const [another] = await untilReady(1);
      expect((await new Ready(own).result()).pid).to.equal(another);
    });
  }

  itInFull(`a module that has changed since: the spare is not used ${LONG}`, async () => {
    await new Ready().result();
    const [spare] = await untilReady(1);
    const file = fixturePath('spares');
    utimesSync(file, new Date(), new Date());
    expect((await new Ready().result()).pid).not.to.equal(spare);
  });

  itInFull(`another umask: a spare that is different is not used ${LONG}`, async () => {
    const umask = process.umask();
    await new Ready().result();
    const [spare] = await untilReady(1);
    try {
      process.umask(umask ^ 0o7);
      expect((await new Ready().result()).pid).not.to.equal(spare);
    } finally {
      process.umask(umask);
    }
  });

  it('one that dies is dropped, and the next start is cold', async () => {
    await new Ready().result();
    const [spare] = await untilReady(1);
    process.kill(spare as number, 'SIGKILL');
    await poll('it is dropped', () => spares().length === 0);
    expect((await new Ready().result()).pid).not.to.equal(spare);
  });

  itInFull(`a module that does not load any more: starts tell of it, spares do not ${LONG}`, async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'offspring-'));
    process.env['SPARES_BREAK'] = path.join(folder, 'break');
    try {
      await new Ready().result();
      await untilReady(1);
      writeFileSync(process.env['SPARES_BREAK'], '');
      await new Ready().result();
      await poll('the next spare has failed', () => spares().length === 0);
      const error = await new Ready().result().catch(reason => reason);
      expect(error).to.include({ name: 'StartError', phase: 'load' });
      expect(error.message).to.include('broken by the test');
    } finally {
      delete process.env['SPARES_BREAK'];
      rmSync(folder, { recursive: true });
    }
  });

  it('lines, messages and results come as from any child', async () => {
    await new Speaking().result();
    const [spare] = await untilReady(1);
    const task = new Speaking();
    const out = lastValueFrom(task.stdout$.pipe(toArray()));
    const err = lastValueFrom(task.stderr$.pipe(toArray()));
    const messages = lastValueFrom(task.message$.pipe(toArray()));
    expect(await task.result()).to.equal('a result');
    expect((await task.wait()).pid).to.equal(spare);
    expect([await out, await err, await messages]).to.deep.equal([['a line'], ['a line of stderr'], ['a message']]);
  });

  it('errors too', async () => {
    await new Failing().result().catch(() => {});
    const [spare] = await untilReady(1);
    const task = new Failing();
    const error = await task.result().catch(reason => reason);
    expect(error).to.have.nested.property('remote.name', 'RangeError');
    expect(await task.wait()).to.include({ reason: 'failed', code: 1, pid: spare });
  });

  it('a loop begins, and ends as it should', async () => {
    const first = new ReadyLoop();
    expect(await firstValueFrom(first.message$)).to.equal('begin');
    const [spare] = await untilReady(1);
    const task = new ReadyLoop();
    expect(await firstValueFrom(task.message$)).to.equal('begin');
    await firstValueFrom(task.iteration$);
    const rest = lastValueFrom(task.message$.pipe(toArray()));
    expect(await task.shutdown()).to.include({ reason: 'stopped', forced: false, pid: spare });
    expect(await rest).to.deep.equal(['end']);
    await first.shutdown();
  });

  it('shutdownAll() of the class ends them, of another does not', async () => {
    await new Ready().result();
    const pids = await untilReady(1);
    expect(await Speaking.shutdownAll()).to.deep.equal([]);
    expect(spares()).to.have.length(1);
    // None of them ran an instance, so there is no status to tell.
    expect(await Ready.shutdownAll()).to.deep.equal([]);
    expect(pids.filter(isAlive)).to.deep.equal([]);
  });

  it('shutdownAll() right after a start leaves none', async () => {
    const task: AnySubprocess = new Idle();
    await firstValueFrom(task.ready$);
    await Idle.shutdownAll();
    for (let turn = 0; turn < 20; turn++) await new Promise(resolve => setTimeout(resolve, 1));
    expect(registered()).to.deep.equal([]);
  });

  itInFull(`no spare can be described: starts go on ${LONG}`, async () => {
    const home = process.cwd();
    const folder = mkdtempSync(path.join(tmpdir(), 'offspring-'));
    try {
      await new Ready({ cwd: home }).result();
      await untilReady(1);
      process.chdir(folder);
      rmSync(folder, { recursive: true });
      expect(await new Ready({ cwd: home }).result()).to.have.property('cwd', home);
      for (let turn = 0; turn < 20; turn++) await new Promise(resolve => setTimeout(resolve, 1));
    } finally {
      process.chdir(home);
    }
  });

  it('a number that is none is refused', () => {
    expect(() => new Wrong()).to.throw(/Wrong\.SPARES is 1\.5: it must be a whole number, 0 or more/);
  });

  describe('the parent ends', () => {
    const script = (way: string) => runNode([fixturePath('scripts/spares').replace(/\.js$/, '.cjs'), way]);

    it('when its work runs out: idle spares do not keep it', async () => {
      const { code, stdout } = await script('runsOut').ended;
      expect(code).to.equal(0);
      expect(stdout).to.include('spares 1');
    });

    itInFull(`by process.exit(): its code stays ${LONG}`, async () => {
      expect(await script('exits').ended).to.include({ code: 7 });
    });

    for (const signal of rows(['SIGTERM', 'SIGINT', 'SIGKILL'] as const, each => each === 'SIGKILL')) {
      it(`by ${signal}: its spares end too ${LONG}`, async () => {
        const parent = script('waits');
        await parent.says('spares 2');
        process.kill(parent.pid, signal);
        expect(await parent.ended).to.include({ signal });
      });
    }

    itInFull(
      `a class in the entry script: a spare boots, and runs the script once more only at its start ${LONG}`,
      async () => {
        const { stdout } = await script('own').ended;
        const lines = stdout.trim().split('\n');
        expect(lines.filter(line => line === 'loaded in a child')).to.have.length(2);
        expect(lines.slice(-3)).to.deep.equal(['true', 'spares 1', '0']);
      },
    );
  });
});
