/** Each option of a pool. */
import { availableParallelism } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { isSubprocessError, StateError } from 'offspring-rx';
import {
  isTimeoutError,
  type PoolOptions,
  type PoolStats,
  SubprocessWorker,
  TimeoutError,
  WorkerPool,
} from 'offspring-rx/pool';
import { firstValueFrom } from 'rxjs';
import { fixture } from '../support/fixture';
import { itInFull, LONG, rows } from '../support/long';
import { poll } from '../support/poll';
import { isAlive } from '../support/processes';
import { temporaryFolder } from '../support/temporary';

const workers = fixture<typeof import('../fixtures/pool')>('pool');
const { Adding, Hoarding, Logging, Naming, Spinning, SpinningBriefly, Waiting, WaitingBriefly } = workers;

const statsOf = (pool: { stats$: import('rxjs').Observable<PoolStats> }) => firstValueFrom(pool.stats$);
describe('workers', () => {
  it('start only as they are needed', async () => {
    await using pool = new WorkerPool(Waiting, { workers: 3 });
    expect((await statsOf(pool)).workers).to.equal(0);
    await pool.run(1);
    expect((await statsOf(pool)).workers).to.equal(1);
    const many = Promise.all([50, 50, 50, 50, 50, 50].map(ms => pool.run(ms)));
    await poll('there are three', async () => (await statsOf(pool)).workers === 3);
    await many;
    expect((await statsOf(pool)).workers).to.equal(3);
  });

  itInFull(`are as many as can work at a time, by default ${LONG}`, async () => {
    await using pool = new WorkerPool(Waiting);
    const many = Promise.all(Array.from({ length: 20 }, () => pool.run(50)));
    await poll('all are there', async () => (await statsOf(pool)).workers === Math.min(20, availableParallelism()));
    await many;
  });

  it('work at the same time: other items do not wait for a long one', async () => {
    await using pool = new WorkerPool(Spinning, { workers: 2 });
    await Promise.all([pool.run(1), pool.run(1)]);
    let longIsDone = false;
    // Longer than the limit of the test.
    const long = pool.run(100_000).then(
      () => {
        longIsDone = true;
      },
      error => error,
    );
    await Promise.all(Array.from({ length: 20 }, () => pool.run(1)));
    expect(longIsDone).to.equal(false);
    await pool.shutdown({ grace: 0 });
    expect(await long).to.be.instanceOf(Error);
  });
});

describe('timeout', () => {
  const late = [
    ['awaits', WaitingBriefly],
    ['is busy', SpinningBriefly],
  ] as const;
  for (const [how, Worker] of rows(late, (_, at) => at === 1)) {
    it(`replaces the worker of an item that ${how} too long, and fails that item alone ${LONG}`, async () => {
      await using pool = new WorkerPool<any>(Worker, { workers: 1, timeout: 200 });
      const outcomes = await Promise.allSettled([1, 5, 60_000, 1, 2].map(ms => pool.run(ms)));
      expect(outcomes.map(({ status }) => status[0])).to.deep.equal(['f', 'f', 'r', 'f', 'f']);
      const { reason } = outcomes[2] as PromiseRejectedResult;
      expect(reason).to.be.instanceOf(TimeoutError);
      expect([isTimeoutError(reason), isSubprocessError(reason), isTimeoutError(new Error())]).to.deep.equal([
        true,
        true,
        false,
      ]);
      expect(reason.message).to.match(
        /\.work\(\) took longer than the timeout of 200 ms, and its worker \(pid \d+\) was/,
      );
      expect(reason).to.include({ name: 'TimeoutError', timeout: 200 });
      expect(isAlive(reason.pid)).to.equal(false);
    });
  }

  it('counts from the start of the work: items that wait long are not late', async () => {
    await using pool = new WorkerPool(Waiting, { workers: 1, timeout: 400 });
    expect(await Promise.all(Array.from({ length: 6 }, () => pool.run(100)))).to.have.length(6);
  });

  itInFull(`does not end a worker whose answer waits while this process is busy ${LONG}`, async () => {
    await using pool = new WorkerPool(Naming, { workers: 1, timeout: 200 });
    const pid = await pool.run(0);
    const second = pool.run(0);
    // The item is sent in a microtask.
    await Promise.resolve().then(() => {
      for (const end = performance.now() + 400; performance.now() < end; );
    });
    expect([await second, await pool.run(0)]).to.deep.equal([pid, pid]);
  });

  itInFull(`finds the item at fault in a batch ${LONG}`, async () => {
    await using pool = new WorkerPool(SpinningBriefly, { workers: 1, timeout: 300 });
    await Promise.all(Array.from({ length: 500 }, () => pool.run(0)));
    const items = Array.from({ length: 300 }, (_, at) => (at === 150 ? 60_000 : 0));
    const outcomes = await Promise.allSettled(items.map(ms => pool.run(ms)));
    expect(outcomes.flatMap(({ status }, at) => (status === 'rejected' ? [at] : []))).to.deep.equal([150]);
  });
});

describe('recycleAfter', () => {
  it('replaces a worker after this many items, and end runs', async () => {
    await using pool = new WorkerPool(Naming, { workers: 1, recycleAfter: 3 });
    const pids: number[] = [];
    for (let at = 0; at < 7; at++) pids.push(await pool.run(at));
    const counts = [...new Set(pids)].map(pid => pids.filter(each => each === pid).length);
    expect(counts).to.deep.equal([3, 3, 1]);
    await poll('the first is gone', () => !isAlive(pids[0] as number));
  });

  itInFull(`also holds for many items at once ${LONG}`, async () => {
    await using pool = new WorkerPool(Naming, { workers: 2, recycleAfter: 50 });
    const pids = await Promise.all(Array.from({ length: 300 }, () => pool.run(0)));
    for (const pid of new Set(pids)) expect(pids.filter(each => each === pid).length).to.be.at.most(50);
  });

  const folder = temporaryFolder();
  itInFull(`lets the replaced worker finish end() ${LONG}`, async () => {
    await using pool = new WorkerPool(Logging, { workers: 1, recycleAfter: 1, args: [folder.file('log')] });
    await pool.run(1);
    await pool.run(1);
    await poll('end was called', () => folder.lines('log').some(line => line.startsWith('end')));
  });
});

describe('maxRss', () => {
  it('replaces a worker that holds more memory', async () => {
    await using pool = new WorkerPool(Hoarding, { workers: 1, maxRss: 250 * 2 ** 20 });
    const small = [await pool.run(1), await pool.run(1)];
    expect(small[1]).to.equal(small[0]);
    await sleep(30);
    const large = await pool.run(300);
    expect(large).to.equal(small[0]);
    const next = await poll('it is replaced', async () => {
      const pid = await pool.run(1);
      return pid === large ? undefined : pid;
    });
    expect(next).not.to.equal(large);
    await poll('it is gone', () => !isAlive(large));
  });
});

describe('idleTimeout', () => {
  it('shuts down a worker without items after this time; the next item gets a new one', async () => {
    await using pool = new WorkerPool(Naming, { workers: 1, idleTimeout: 100 });
    const first = await pool.run(0);
    expect(await pool.run(0)).to.equal(first);
    await poll('it is gone', () => !isAlive(first));
    expect((await statsOf(pool)).workers).to.equal(0);
    expect(await pool.run(0)).not.to.equal(first);
  });

  it('does not shut down a worker that has items', async () => {
    await using pool = new WorkerPool(Waiting, { workers: 1, idleTimeout: 50 });
    expect(await Promise.all([pool.run(200), pool.run(200)])).to.deep.equal([200, 200]);
  });
});

describe('queueLimit', () => {
  it('rejects further items, and says what to do', async () => {
    await using pool = new WorkerPool(Adding, { workers: 1, queueLimit: 3 });
    const outcomes = await Promise.allSettled([1, 2, 3, 4, 5].map(item => pool.run(item)));
    expect(outcomes.map(({ status }) => status[0])).to.deep.equal(['f', 'f', 'f', 'r', 'r']);
    const { reason } = outcomes[3] as PromiseRejectedResult;
    expect(reason).to.be.instanceOf(StateError);
    expect(reason.message).to.equal(
      'Adding: more than 3 items wait in the pool (queueLimit): await some of them before you hand in more, map() an Iterable, or raise queueLimit',
    );
    expect(await pool.run(1)).to.equal(2);
  });

  itInFull(`does not make an Iterable fail, which waits by itself ${LONG}`, async () => {
    await using pool = new WorkerPool(Adding, { workers: 2, queueLimit: 2 });
    let count = 0;
    for await (const _ of pool.map(Array.from({ length: 1_000 }, (_, at) => at))) count += 1;
    expect(count).to.equal(1_000);
  });
});

describe('a wrong option or class is refused, and named', () => {
  const WRONG: [PoolOptions, string][] = [
    [{ workers: 0 }, 'workers is 0: it must be a whole number, 1 or more'],
    [{ workers: 1.5 }, 'workers is 1.5'],
    [{ workers: '2' as never }, "workers is '2'"],
    [{ minWorkers: -1 }, 'minWorkers is -1: it must be a whole number, 0 or more'],
    [{ workers: 2, minWorkers: 3 }, 'minWorkers is 3: it must be at most workers, which is 2'],
    [{ args: 5 as never }, 'args is 5: it must be an array: what init() takes'],
    [{ ordered: 'no' as never }, "ordered is 'no': it must be true or false"],
    [{ timeout: 0 }, 'timeout is 0: it must be a number of ms above 0, or Infinity'],
    [{ timeout: Number.NaN }, 'timeout is NaN'],
    [{ cancelGrace: -1 }, 'cancelGrace is -1: it must be a number of ms, 0 or more, or Infinity'],
    [{ concurrency: 0 }, 'concurrency is 0: it must be a whole number, 1 or more'],
    [{ concurrency: Number.POSITIVE_INFINITY }, 'concurrency is Infinity'],
    [{ retries: -1 }, 'retries is -1: it must be a whole number, 0 or more, or Infinity'],
    [{ recycleAfter: 0 }, 'recycleAfter is 0'],
    [{ maxRss: -5 }, 'maxRss is -5: it must be a number of bytes above 0, or Infinity'],
    [{ idleTimeout: -1 }, 'idleTimeout is -1'],
    [{ queueLimit: 0 }, 'queueLimit is 0'],
    [{ settle: 1 as never }, 'settle is 1: it must be true or false'],
    [{ worker: 2 } as never, 'there is no option worker; there are workers, minWorkers, args, share, ordered'],
    ['fast' as never, "options is 'fast': it must be an object"],
  ];
  for (const [options, message] of WRONG) {
    it(message, () => {
      expect(() => new WorkerPool(Adding, options as never)).to.throw(StateError, `new WorkerPool(Adding): ${message}`);
    });
  }

  it('undefined stands for the default', async () => {
    await using pool = new WorkerPool(Adding, { workers: 1, timeout: undefined as never, args: [2] });
    expect(await pool.run(1)).to.equal(3);
  });

  it('a class that is no worker', () => {
    const message = 'it takes a class that extends SubprocessWorker';
    for (const type of [Object, undefined, null, 'Adding', SubprocessWorker.prototype]) {
      expect(() => new WorkerPool(type as never)).to.throw(StateError, message);
    }
    class NoWork extends (SubprocessWorker as any) {}
    expect(() => new WorkerPool(NoWork as never)).to.throw(StateError, 'there is no work() method');
    class OwnRun extends Adding {
      override async run() {}
    }
    expect(() => new WorkerPool(OwnRun)).to.throw(StateError, 'its run() would replace');
    class Lasting extends Adding {
      static override TERMINATE_ON_SHUTDOWN = false;
    }
    expect(() => new WorkerPool(Lasting)).to.throw(StateError, 'TERMINATE_ON_SHUTDOWN is false');
  });
});
