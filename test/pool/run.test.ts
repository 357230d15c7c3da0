/** Single items in a pool. */
import { writeFileSync } from 'node:fs';
import { expect } from 'chai';
import { isRemoteError, RemoteError, SendError, StateError } from 'offspring-rx';
import { WorkerPool } from 'offspring-rx/pool';
import { firstValueFrom } from 'rxjs';
import { fixture } from '../support/fixture';
import { itInFull, LONG, rows } from '../support/long';
import { poll } from '../support/poll';
import { isAlive } from '../support/processes';
import { temporaryFolder } from '../support/temporary';

const workers = fixture<typeof import('../fixtures/pool')>('pool');
const {
  Adding,
  BeginsInTurn,
  Echoing,
  Emitting,
  HasPool,
  Loaded,
  Logging,
  MakesWorker,
  Naming,
  Shaped,
  Throwing,
  Unsendable,
  Waiting,
} = workers;

/** What a promise rejects with. */
const failureOf = (promise: Promise<unknown>): Promise<any> =>
  promise.then(
    value => expect.fail(`it resolved with ${String(value)}`),
    error => error,
  );

describe('pool.run()', () => {
  it('works on an item in a child', async () => {
    await using pool = new WorkerPool(Naming, { workers: 1 });
    expect(await pool.run('who?'))
      .to.be.a('number')
      .and.not.to.equal(process.pid);
  });

  it('items that are handed in as soon as another one is done go to all workers that have none', async () => {
    await using pool = new WorkerPool(Naming, { workers: 2, minWorkers: 2 });
    await firstValueFrom(pool.ready$);
    for (let turn = 0; turn < 5; turn++) {
      await pool.run('first');
      expect(new Set(await Promise.all([pool.run('second'), pool.run('third')])).size).to.equal(2);
    }
  });

  it('gives init the args, once, in the parent', async () => {
    await using pool = new WorkerPool(Adding, { workers: 1, args: [10] });
    expect(await Promise.all([pool.run(1), pool.run(2), pool.run(3)])).to.deep.equal([11, 12, 13]);
  });

  it('passes unchanged all that can cross', async () => {
    await using pool = new WorkerPool(Echoing, { workers: 1 });
    const items = [undefined, null, '', 0n, Number.NaN, [1, [2]], { type: 'answers' }, new Map([[1, new Set([2])]])];
    expect(await Promise.all(items.map(item => pool.run(item)))).to.deep.equal(items);
    const bytes = (await pool.run(new Uint8Array([1, 2, 3]))) as Uint8Array;
    expect([...bytes]).to.deep.equal([1, 2, 3]);
  });

  describe('resolves with the output, or with all of several', () => {
    const RESULTS: Record<string, unknown> = {
      value: 1,
      promise: 2,
      nothing: undefined,
      array: [1, 2, 3],
      string: 'abc',
      set: new Set([1, 2]),
      generator: ['a', 'b'],
      asyncGenerator: ['c', 'd'],
      none: [],
      observable: ['e', 'f'],
      promisedGenerator: ['a', 'b'],
    };
    for (const [shape, result] of rows(Object.entries(RESULTS), (_, at) => at === 0)) {
      it(`of ${shape} ${LONG}`, async () => {
        await using pool = new WorkerPool(Shaped, { workers: 1 });
        expect(await pool.run(shape)).to.deep.equal(result);
      });
    }
  });

  it('calls begin once, work for each item, and end', async () => {
    const folder = files.file('log');
    {
      await using pool = new WorkerPool(Logging, { workers: 1, args: [folder] });
      await Promise.all([pool.run(0), pool.run(1)]);
    }
    const lines = files.lines('log');
    const [pid] = lines[1]?.match(/\d+$/) ?? [];
    expect(lines).to.deep.equal([
      `init ${process.pid}`,
      `begin ${pid}`,
      `work 0 ${pid}`,
      `work 1 ${pid}`,
      `end ${pid}`,
    ]);
  });
  const files = temporaryFolder();

  it('rejects with what work threw: its name, message, stack, fields and cause', async () => {
    await using pool = new WorkerPool(Throwing, { workers: 1 });
    const error = await failureOf(pool.run('blurple'));
    expect(error).to.be.instanceOf(RemoteError);
    expect(error.message).to.match(/^Throwing\.work\(\) threw in the child \(pid \d+\): TypeError: no such colour$/);
    expect(error.remote).to.include({ name: 'TypeError', message: 'no such colour' });
    expect(error.remote.data).to.deep.equal({ colour: 'blurple' });
    expect(error.remote.stack).to.contain('pool.js').and.not.to.contain('dist');
    expect(error.cause.remote.message).to.equal('at the bottom');
    expect((await failureOf(pool.run('string'))).remote.thrown).to.equal('only text');
  });

  it('rejects one item, and goes on with the others', async () => {
    await using pool = new WorkerPool(Unsendable, { workers: 1 });
    const outcomes = await Promise.allSettled([0, 1, 2, 3].map(item => pool.run(item)));
    expect(outcomes.map(({ status }) => status)).to.deep.equal(['fulfilled', 'rejected', 'rejected', 'fulfilled']);
    const [, inner, url] = outcomes as PromiseRejectedResult[];
    expect(inner?.reason).to.be.instanceOf(SendError);
    expect(inner?.reason.message).to.match(
      /^Unsendable\.work\(\) .*output\.inner\.onDone is a function: give plain data$/,
    );
    expect(url?.reason.message).to.contain('output is an instance of URL');
  });

  it('rejects an item that cannot be sent, and sends the others of its batch', async () => {
    await using pool = new WorkerPool(Echoing, { workers: 1 });
    await Promise.all([1, 2, 3, 4].map(item => pool.run(item)));
    const outcomes = await Promise.allSettled([1, { inner: () => {} }, 3, Symbol('no')].map(item => pool.run(item)));
    expect(outcomes.map(({ status }) => status)).to.deep.equal(['fulfilled', 'rejected', 'fulfilled', 'rejected']);
    const { reason } = outcomes[1] as PromiseRejectedResult;
    expect(reason).to.be.instanceOf(SendError);
    expect(reason.message).to.equal(
      'Echoing: an item cannot be sent to a worker: item.inner is a function: hand in plain data',
    );
  });

  const failing = [
    ['throwingGenerator', 'in the middle'],
    ['failingObservable', 'of a stream'],
  ] as const;
  for (const [shape, message] of rows(failing, (_, at) => at === 0)) {
    it(`rejects for a ${shape} ${LONG}`, async () => {
      await using pool = new WorkerPool(Shaped, { workers: 1 });
      const error = await failureOf(pool.run(shape));
      expect(isRemoteError(error) && error.remote.message).to.equal(message);
      expect(await pool.run('value')).to.equal(1);
    });
  }

  for (const shape of rows(['unsendableGenerator', 'unsendableObservable'], (_, at) => at === 1)) {
    it(`rejects for an ${shape}, once, and goes on ${LONG}`, async () => {
      await using pool = new WorkerPool(Shaped, { workers: 1 });
      const outcomes = Promise.all(['value', 'generator', 'observable'].map(each => pool.run(each)));
      expect(await failureOf(pool.run(shape))).to.be.instanceOf(SendError);
      expect(await Promise.all([pool.run('value'), pool.run('generator')])).to.deep.equal([1, ['a', 'b']]);
      expect(await outcomes).to.deep.equal([1, ['a', 'b'], ['e', 'f']]);
    });
  }

  it('rejects for an output that throws when it is looked at', async () => {
    await using pool = new WorkerPool(Shaped, { workers: 1 });
    expect((await failureOf(pool.run('hostile'))).remote.message).to.equal('do not look');
    expect(await pool.run('value')).to.equal(1);
  });

  describe('with a signal', () => {
    it('rejects at once if it has aborted already', async () => {
      await using pool = new WorkerPool(Adding, { workers: 1 });
      const reason = new Error('not needed');
      expect(await failureOf(pool.run(1, { signal: AbortSignal.abort(reason) }))).to.equal(reason);
    });

    it('drops an item that waits', async () => {
      await using pool = new WorkerPool(Logging, { workers: 1, args: [files.file('log')] });
      const first = pool.run(200);
      const controller = new AbortController();
      const second = failureOf(pool.run(1, { signal: controller.signal }));
      const third = pool.run(2);
      await poll('the first is begun', () => files.lines('log').some(line => line.startsWith('work 200')));
      controller.abort();
      expect((await second).name).to.equal('AbortError');
      expect([await first, await third]).to.deep.equal(['done 200', 'done 2']);
      expect(files.lines('log').filter(line => line.startsWith('work 1 '))).to.deep.equal([]);
    });

    it('replaces the worker of an item that is worked on, and keeps the others', async () => {
      await using pool = new WorkerPool(Logging, { workers: 1, cancelGrace: 0, args: [files.file('log')] });
      const controller = new AbortController();
      const stuck = failureOf(pool.run(60_000, { signal: controller.signal }));
      const next = pool.run(1);
      const line = await poll('it is begun', () => files.lines('log').find(line => line.startsWith('work 60000')));
      controller.abort(new Error('enough'));
      expect((await stuck).message).to.equal('enough');
      expect(await next).to.equal('done 1');
      expect(isAlive(Number(line.split(' ')[2]))).to.equal(false);
    });

    itInFull(`drops many at once ${LONG}`, async () => {
      await using pool = new WorkerPool(Adding, { workers: 1, queueLimit: 20_000 });
      const controller = new AbortController();
      const given = Array.from({ length: 20_000 }, (_, at) => failureOf(pool.run(at, { signal: controller.signal })));
      controller.abort(new Error('enough'));
      for (const { message } of await Promise.all(given)) expect(message).to.equal('enough');
      expect(await pool.run(1)).to.equal(2);
    });

    it('removes its listener when no item needs it', async () => {
      await using pool = new WorkerPool(Adding, { workers: 1 });
      const controller = new AbortController();
      await pool.run(1, { signal: controller.signal });
      controller.abort();
      expect(await pool.run(2)).to.equal(3);
    });

    it('refuses what is no signal', async () => {
      await using pool = new WorkerPool(Adding, { workers: 1 });
      expect(await failureOf(pool.run(1, { signal: 'stop' as never }))).to.be.instanceOf(StateError);
    });
  });

  describe('after shutdown()', () => {
    it('rejects', async () => {
      const pool = new WorkerPool(Adding, { workers: 1 });
      expect(await pool.run(1)).to.equal(2);
      await pool.shutdown();
      const error = await failureOf(pool.run(1));
      expect(error).to.be.instanceOf(StateError);
      expect(error.message).to.contain('shut down');
    });

    it('has rejected the items that were not done', async () => {
      const pool = new WorkerPool(Waiting, { workers: 2 });
      const failures = [10_000, 10_000, 1, 1].map(ms => failureOf(pool.run(ms)));
      await Promise.all([pool.shutdown({ grace: 100 }), pool.shutdown()]);
      for (const failure of failures) expect(await failure).to.be.instanceOf(StateError);
    });

    it('starts no worker', async () => {
      const pool = new WorkerPool(Waiting);
      const failure = failureOf(pool.run(1));
      await pool.shutdown();
      expect(await failure).to.be.instanceOf(StateError);
    });
  });

  it('works in a child of this process', async () => {
    expect(await new HasPool().result()).to.equal(42);
  });

  it('loads neither the pool nor all of rxjs in a worker', async () => {
    await using pool = new WorkerPool(Loaded, { workers: 1 });
    const files = (await pool.run(0)).map(file => file.replaceAll('\\', '/'));
    const ofPool = files.filter(file => file.includes('/dist/pool/')).map(file => file.split('/').at(-1));
    expect(ofPool).to.deep.equal(['index.js']);
    expect(files.some(file => file.includes('/dist/parent/'))).to.equal(false);
    expect(files.some(file => file.endsWith('rxjs/dist/cjs/operators/index.js'))).to.equal(false);
  });
});

describe('a worker that is ready while the pool has no items', () => {
  const folder = temporaryFolder();

  it('becomes ready once, and no item gets the output of another', async () => {
    await using pool = new WorkerPool(BeginsInTurn, { workers: 2, args: [folder.path] });
    await Promise.all([pool.run(1), pool.run(2)]);
    // Waits until the pool has unsubscribed from its workers' messages.
    await new Promise(resolve => setTimeout(resolve, 200));
    writeFileSync(folder.file('go'), '');
    await poll('both have begun', () => folder.lines('begun').length === 2);
    await new Promise(resolve => setTimeout(resolve, 200));
    for (let round = 0; round < 3; round++) {
      const items = [10, 20, 30, 40, 50, 60].map(item => item + round);
      expect(await Promise.all(items.map(item => pool.run(item)))).to.deep.equal(items);
    }
  });
});

describe('a SubprocessWorker', () => {
  const message =
    'Adding is a SubprocessWorker, which only a pool constructs: new WorkerPool(Adding), or mapInSubprocess(Adding)';

  it('is constructed by a pool alone', () => {
    expect(() => new Adding()).to.throw(StateError, message);
  });

  it('is not constructed by code of a child', async () => {
    expect(await new MakesWorker().result()).to.equal(message);
  });

  itInFull(`is not constructed by another worker, whose emit() throws too ${LONG}`, async () => {
    await using pool = new WorkerPool(Emitting, { workers: 1 });
    expect((await failureOf(pool.run('make'))).remote.message).to.equal(message);
    const { remote } = await failureOf(pool.run('emit'));
    expect(remote.name).to.equal('StateError');
    expect(remote.message).to.contain('return the output from work()');
  });
});
