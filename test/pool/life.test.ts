/** How long a pool lives, and what it keeps alive. */
import { expect } from 'chai';
import { StateError, Subprocess } from 'offspring-rx';
import { WorkerPool } from 'offspring-rx/pool';
import { firstValueFrom } from 'rxjs';
import { fixture, fixturePath } from '../support/fixture';
import { itInFull, LONG, rows } from '../support/long';
import { poll } from '../support/poll';
import { childrenOfLibrary, isAlive } from '../support/processes';
import { runNode } from '../support/script';

const { Heeding, Naming, Waiting } = fixture<typeof import('../fixtures/pool')>('pool');

const parent = (how: string) => runNode([fixturePath('scripts/pool-parent').replace(/js$/, 'cjs'), how]);

describe('a parent with a pool', () => {
  it('ends when its pool has no items', async () => {
    const { code, stdout, stderr } = await parent('idle').ended;
    expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' });
    expect(isAlive(Number(stdout.split(' ')[1]))).to.equal(false);
  });

  it('ends when it has never used its pool', async () => {
    expect(await parent('unused').ended).to.deep.include({ code: 0, stdout: 'made\n', stderr: '' });
  });

  it('lives until its items are done', async () => {
    expect(await parent('pending').ended).to.deep.include({ code: 0, stdout: '300,1,1\n', stderr: '' });
    expect(await parent('mapping').ended).to.deep.include({ code: 0, stdout: 'sum 9\n', stderr: '' });
  });

  itInFull(`gets no warning about lost output, which a pool cannot offer ${LONG}`, async () => {
    const script = `const { Chatty } = require(${JSON.stringify(fixturePath('pool'))});
      const pool = new (require('offspring-rx/pool').WorkerPool)(Chatty, { workers: 1 });
      (async () => {
        await pool.run(1);
        // Waits until the pool has unsubscribed from its workers' messages.
        await new Promise(resolve => setTimeout(resolve, 100));
        await pool.shutdown();
        console.log('done');
      })();`;
    expect(await runNode(['-e', script]).ended).to.deep.include({ code: 0, stdout: 'done\n', stderr: '' });
  });

  const USES = ['await pool.run(60_000);', 'for await (const ms of pool.map([60_000])) console.log(ms);'];
  for (const use of rows(USES, (_, at) => at === 0)) {
    it(`dies of a signal, and not of an unhandled rejection: ${use} ${LONG}`, async () => {
      const script = runNode([
        '-e',
        `const { WaitingBriefly } = require(${JSON.stringify(fixturePath('pool'))});
        const pool = new (require('offspring-rx/pool').WorkerPool)(WaitingBriefly, { workers: 1 });
        (async () => {
          await pool.run(1);
          console.log('ready');
          ${use}
        })();`,
      ]);
      await script.says('ready');
      process.kill(script.pid, 'SIGINT');
      expect(await script.ended).to.deep.include({ code: null, signal: 'SIGINT', stderr: '' });
    });
  }

  it('leaves no worker when it is killed, whatever they do', async () => {
    const script = parent('killed');
    await script.says('ready');
    expect(childrenOfLibrary()).to.have.length(3);
    process.kill(script.pid, 'SIGKILL');
    await script.ended;
    await poll('all are gone', () => childrenOfLibrary().length === 0);
  });
});

describe('code that a child replays', () => {
  it('may make a pool and await it, in an ES module', async () => {
    const script = runNode([fixturePath('scripts/pool-single').replace(/js$/, 'mjs')]);
    expect(await script.ended).to.deep.include({ code: 0, stdout: '42\n2,4,6\n', stderr: '' });
  });

  itInFull(`may use the operator, in a CommonJS module ${LONG}`, async () => {
    const script = runNode([fixturePath('scripts/pool-single-commonjs').replace(/js$/, 'cjs')]);
    expect(await script.ended).to.deep.include({ code: 0, stdout: '2,4,6\n', stderr: '' });
  });
});

describe('Subprocess.shutdownAll()', () => {
  it('shuts a pool down with its workers', async () => {
    const pool = new WorkerPool(Naming, { workers: 1 });
    await pool.run(0);
    await Subprocess.shutdownAll();
    const error = await pool.run(0).catch(reason => reason);
    expect(error).to.be.instanceOf(StateError);
    await pool.shutdown();
  });

  it('rejects the items that are not done', async () => {
    const pool = new WorkerPool(Waiting, { workers: 1 });
    const failures = [60_000, 1].map(ms => pool.run(ms).catch(reason => reason));
    await poll('one is at work', async () => (await firstValueFrom(pool.stats$)).running === 1);
    await Subprocess.shutdownAll({ grace: 100 });
    for (const failure of failures) expect(await failure).to.be.instanceOf(StateError);
  });
});

describe('shutdown with a wrong grace', () => {
  for (const grace of rows([-1, Number.NaN, '1', null], (_, at) => at === 0)) {
    it(`${String(grace)} is refused, and the pool goes on ${LONG}`, async () => {
      await using pool = new WorkerPool(Naming, { workers: 1 });
      const error = await pool.shutdown({ grace: grace as number }).catch(reason => reason);
      expect(error).to.be.instanceOf(StateError);
      expect(error.message).to.match(/a number of ms, 0 or more/);
      await pool.run(0);
    });
  }
});

describe('signal, in a worker', () => {
  it('fires when the pool is shut down, so that work can end', async () => {
    const pool = new WorkerPool(Heeding, { workers: 1 });
    const failure = pool.run('wait').catch(reason => reason);
    await poll('it is at work', async () => (await firstValueFrom(pool.stats$)).running === 1);
    const start = performance.now();
    await pool.shutdown({ grace: 60_000 });
    expect(performance.now() - start).to.be.below(30_000);
    expect(await failure).to.be.instanceOf(StateError);
  });
});
