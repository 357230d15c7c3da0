/** The same worker class over a queue: outputs, errors, options, and what stays in Redis. */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { ExitError, RemoteError, SendError, StateError } from 'offspring-rx';
import { mapOverQueue, QueuePool, serveQueue } from 'offspring-rx/bullmq';
import { firstValueFrom, from, lastValueFrom, range, tap, toArray } from 'rxjs';
import { fixture, ROOT } from '../support/fixture';
import { itInFull, LONG } from '../support/long';
import { poll } from '../support/poll';
import { redisForSuite } from '../support/redis';
import { temporaryFolder } from '../support/temporary';

const { Adding, Busy, Counting, Echoing, Failing, Slicing, Slowly, Waiting } =
  fixture<typeof import('../fixtures/bullmq')>('bullmq');

const thrownBy = async (act: () => unknown): Promise<any> => {
  try {
    await act();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
};

describe('over a queue', () => {
  const redis = redisForSuite();
  const folder = temporaryFolder();
  beforeEach(() => redis.flush());
  const base = () => ({ connection: redis.url, leaseMs: 5_000 });
  const host = { workers: 2 };
  const nothingLeft = async () => {
    let left: string[] = [];
    const look = async () => {
      left = await redis.leftOver();
      return left.length === 0;
    };
    await poll('nothing is left in Redis', look, 8_000).catch(error => {
      throw new Error(`${error.message}: ${left.join(' ')}`);
    });
  };

  it('an operator and a pool give the outputs of the hosts, in order, and leave nothing', async () => {
    await using adding = serveQueue(Adding, { connection: redis.url, ...host, args: [10] });
    const all = await lastValueFrom(range(1, 200).pipe(mapOverQueue(Adding, base()), toArray()));
    expect(all).to.deep.equal(Array.from({ length: 200 }, (_, at) => at + 11));
    {
      await using pool = new QueuePool(Adding, { ...base(), batch: 16 });
      expect(await pool.run(1)).to.equal(11);
      const mapped: number[] = [];
      for await (const output of pool.map([1, 2, 3, 4, 5])) mapped.push(output);
      expect(mapped).to.deep.equal([11, 12, 13, 14, 15]);
      const { done, queued, running, workers } = await firstValueFrom(pool.stats$);
      expect({ done, queued, running, workers }).to.deep.equal({ done: 6, queued: 0, running: 0, workers: 0 });
      const ofHost = await firstValueFrom(adding.stats$);
      expect(ofHost.done).to.equal(206);
    }
    await nothingLeft();
  });

  it('items of a higher priority go first, of those that wait at their caller', async () => {
    await using _host = serveQueue(Echoing, { connection: redis.url, workers: 1 });
    await using pool = new QueuePool(Echoing, { ...base(), ahead: 1 });
    const done: unknown[] = [];
    const items: [item: number, priority: number][] = [
      [1, -1],
      [2, 0],
      [3, 5],
      [4, 9.5],
      [5, 5],
    ];
    await Promise.all(items.map(async ([item, priority]) => done.push(await pool.run(item, { priority }))));
    expect(done).to.deep.equal([4, 3, 5, 2, 1]);
  });

  it('short and long bodies are worked on in the order in which the caller hands them in', async () => {
    await using pool = new QueuePool(Echoing, base());
    const done: number[] = [];
    const run = async (at: number, length: number) => {
      await pool.run({ at, text: 'x'.repeat(length) });
      done.push(at);
    };
    const turns = [[2 ** 20, 10, 2_000, 10, 10], [10, 10, 2 ** 20], [10], [2_000, 10]];
    const all: Promise<void>[] = [];
    for (const lengths of turns) {
      for (const length of lengths) all.push(run(all.length, length));
      await nextTurn();
    }
    // Only now, so that what is added too early is worked on too early.
    await poll('all are in Redis', () => Number(redis.cli('LLEN', '{offspring}:Echoing@1:wait')) === all.length);
    await using _host = serveQueue(Echoing, { connection: redis.url, workers: 1, concurrency: 1 });
    await Promise.all(all);
    expect(done).to.deep.equal(all.map((_, at) => at));
  });

  it('an output does not wait for a long item that is worked on next', async () => {
    await using _host = serveQueue(Busy, { connection: redis.url, ...host, concurrency: 64 });
    await using pool = new QueuePool(Busy, base());
    const tiny = () => Array.from({ length: 20 }, () => pool.run(0));
    // Each worker has had a long item.
    await Promise.all([pool.run(100), pool.run(100)]);
    for (let round = 0; round < 20; round++) await Promise.all(tiny());
    const controller = new AbortController();
    const before = tiny();
    const long = pool.run(60_000, { signal: controller.signal });
    await Promise.all([...before, ...tiny()]);
    controller.abort(new Error('enough'));
    expect((await thrownBy(() => long)).message).to.equal('enough');
  });

  itInFull(`tiny items do not wait for a long one ${LONG}`, async () => {
    await using busy = serveQueue(Busy, { connection: redis.url, ...host });
    await using pool = new QueuePool(Busy, base());
    const tiny = () => Promise.all(Array.from({ length: 40 }, () => pool.run(0)));
    for (let round = 0; round < 5; round++) await tiny();
    const controller = new AbortController();
    const long = pool.run(60_000, { signal: controller.signal });
    await poll('the long one has begun', async () => (await firstValueFrom(busy.stats$)).running === 1);
    await tiny();
    controller.abort(new Error('enough'));
    expect((await thrownBy(() => long)).message).to.equal('enough');
  });

  it('several queues of one process do not wait for each other', async () => {
    const serve = (queue: string) => serveQueue(Busy, { connection: redis.url, queue, workers: 1, concurrency: 32 });
    const call = (queue: string) => new QueuePool(Busy, { ...base(), queue });
    await using host = serve('first');
    await using otherHost = serve('second');
    await using pool = call('first');
    await using otherPool = call('second');
    const tiny = (...pools: (typeof pool)[]) =>
      Promise.all(pools.flatMap(each => Array.from({ length: 40 }, () => each.run(0))));
    const doneOf = async ({ stats$ }: typeof host) => (await firstValueFrom(stats$)).done;
    for (let round = 0; round < 5; round++) await tiny(pool, otherPool);
    const controller = new AbortController();
    const long = pool.run(60_000, { signal: controller.signal });
    await poll('the long one has begun', async () => (await firstValueFrom(host.stats$)).running === 1);
    // The only worker of the first queue is blocked, and would never take what waits for it.
    const behind = pool.run(0);
    for (let round = 0; round < 5; round++) await tiny(otherPool);
    expect([await doneOf(host), await doneOf(otherHost)]).to.deep.equal([200, 400]);
    controller.abort(new Error('enough'));
    expect((await thrownBy(() => long)).message).to.equal('enough');
    await behind;
  });

  itInFull(`several outputs of an item come in order, and unordered items as they are done ${LONG}`, async () => {
    await using _host = serveQueue(Counting, { connection: redis.url, ...host });
    await using _slow = serveQueue(Slowly, { connection: redis.url, ...host });
    await using pool = new QueuePool(Counting, base());
    const outputs: number[] = [];
    for await (const output of pool.map([300, 2])) outputs.push(output);
    expect(outputs).to.deep.equal([...Array.from({ length: 300 }, (_, at) => at), 0, 1]);
    expect(await pool.run(0)).to.deep.equal([]);
    expect(await pool.run(2)).to.deep.equal([0, 1]);
    const until = folder.file('until');
    const items = [
      { began: folder.file('began'), until, id: 1 },
      { began: folder.file('began'), until: folder.path, id: 2 },
    ];
    const unordered = from(items).pipe(
      mapOverQueue(Slowly, { ...base(), ordered: false }),
      // The first item ends after the output of the second one.
      tap(() => writeFileSync(until, '')),
      toArray(),
    );
    expect(await lastValueFrom(unordered)).to.deep.equal([2, 1]);
  });

  it('all that crosses to a worker crosses to a host: Buffers, errors, dates, long items', async () => {
    await using _host = serveQueue(Echoing, { connection: redis.url, ...host });
    await using pool = new QueuePool(Echoing, base());
    const large = Buffer.alloc(2 ** 20, 7);
    expect(Buffer.compare((await pool.run(large)) as Buffer, large)).to.equal(0);
    const value = { date: new Date(0), map: new Map([[1, { a: 'x'.repeat(3_000) }]]), big: 1n, none: undefined };
    expect(await pool.run(value)).to.deep.equal(value);
    const error = (await pool.run(Object.assign(new RangeError('r'), { code: 7 }))) as RangeError & { code: number };
    expect(error).to.be.instanceOf(RangeError).and.to.include({ message: 'r', code: 7 });
    expect(await thrownBy(() => pool.run({ act: () => {} }))).to.be.instanceOf(SendError);
    await nothingLeftOfBodies();
    async function nothingLeftOfBodies() {
      await poll('no body is left', async () => (await redis.keys()).every(key => !key.includes(':body:')));
    }
  });

  it('errors keep their class and their fields, and a failure is a value with settle', async () => {
    await using _host = serveQueue(Failing, { connection: redis.url, ...host });
    await using pool = new QueuePool(Failing, base());
    const thrown = await thrownBy(() => pool.run({ throw: 'no' }));
    expect(thrown).to.be.instanceOf(RemoteError);
    expect(thrown.remote).to.deep.include({ name: 'TypeError', message: 'no', data: { code: 'E1' } });
    expect(thrown.cause).to.be.instanceOf(RemoteError).and.to.have.property('message').that.contains('deep');
    const exited = await thrownBy(() => pool.run({ exit: 3 }));
    expect(exited).to.be.instanceOf(ExitError);
    expect(exited.exit).to.include({ code: 3, cause: 'process-exit' });
    const outcomes = from([{ value: 1 }, { throw: 'no' }, { value: 2 }]).pipe(
      mapOverQueue(Failing, { ...base(), settle: true }),
      toArray(),
    );
    const told = await lastValueFrom(outcomes);
    expect(told.map(({ status }) => status)).to.deep.equal(['fulfilled', 'rejected', 'fulfilled']);
    // Failed jobs stay for a dashboard.
    expect((await redis.leftOver()).some(key => key.endsWith(':failed'))).to.equal(true);
  });

  itInFull(
    `attempts try an item again, whether its work throws or its worker crashes, and a batch tries no other ${LONG}`,
    async () => {
      await using _host = serveQueue(Failing, { connection: redis.url, ...host });
      await using pool = new QueuePool(Failing, { ...base(), attempts: 2, backoff: 10, batch: 4 });
      const outcomes: unknown[] = [];
      const items = [{ value: 1 }, { exit: 3 }, { throw: 'no' }, { value: 2 }];
      for await (const { status } of pool.map(items, { settle: true })) outcomes.push(status);
      expect(outcomes).to.deep.equal(['fulfilled', 'rejected', 'rejected', 'fulfilled']);
    },
  );

  it('an item of a batch that cannot cross fails alone', async () => {
    await using _host = serveQueue(Echoing, { connection: redis.url, ...host });
    await using pool = new QueuePool(Echoing, { ...base(), batch: 4 });
    const told = await Promise.allSettled([{ a: 1 }, { act: () => {} }, { b: 2 }].map(item => pool.run(item)));
    expect(told.map(({ status }) => status)).to.deep.equal(['fulfilled', 'rejected', 'fulfilled']);
    expect((told[1] as PromiseRejectedResult).reason).to.be.instanceOf(SendError);
  });

  itInFull(`a slow consumer of large outputs keeps Redis small ${LONG}`, async () => {
    await using _host = serveQueue(Slicing, { connection: redis.url, workers: 1 });
    await using pool = new QueuePool(Slicing, base());
    const before = redis.memory;
    let most = 0;
    let count = 0;
    for await (const output of pool.map([24])) {
      expect(output[0]).to.equal(count++);
      await sleep(5);
      most = Math.max(most, redis.memory - before);
    }
    expect(count).to.equal(24);
    expect(most).to.be.below(24 * 2 ** 20);
  });

  it('a user of Redis needs no more rights than docs/scale-out.md says', async () => {
    const page = readFileSync(path.join(ROOT, 'docs', 'scale-out.md'), 'utf8');
    const rule = /^ACL SETUSER (.*)$/m.exec(page)?.[1] as string;
    redis.cli('ACL', 'SETUSER', ...rule.split(' '));
    const connection = redis.url.replace('redis://', 'redis://thumbnails:secret@');
    await using _host = serveQueue(Counting, { connection, ...host });
    await using pool = new QueuePool(Counting, { ...base(), connection, attempts: 2, hostTimeout: 10_000 });
    const outputs: number[] = [];
    for await (const output of pool.map([100])) outputs.push(output);
    expect(outputs).to.have.length(100);
    const controller = new AbortController();
    const canceled = pool.run(1e9, { signal: controller.signal }).catch(error => error.name);
    controller.abort();
    expect(await canceled).to.equal('AbortError');
  });

  it('a host refuses the items of another class, and a host of another version gets none', async () => {
    await using _host = serveQueue(Echoing, { connection: redis.url, ...host, queue: 'shared' });
    await using pool = new QueuePool(Adding, { ...base(), queue: 'shared' });
    const refused = await thrownBy(() => pool.run(1));
    expect(refused).to.be.instanceOf(StateError);
    expect(refused.message).to.contain('this host serves Echoing, not Adding');
    await using other = new QueuePool(Echoing, { ...base(), queue: 'shared', version: '2', hostTimeout: 300 });
    const timedOut = await thrownBy(() => other.run(1));
    expect(timedOut).to.be.instanceOf(StateError);
    expect(timedOut.message).to.contain('no host has taken an item for 300 ms (hostTimeout): run serveQueue(Echoing)');
    expect(timedOut.message).to.contain("version '2'");
  });

  it("connection: 'local' is the pool of this process, and a missing variable is an error", async () => {
    await using pool = new QueuePool(Adding, { connection: 'local', local: { workers: 1, args: [5] } });
    expect(await pool.run(1)).to.equal(6);
    const local = range(1, 3).pipe(mapOverQueue(Adding, { connection: 'local' }), toArray());
    expect(await lastValueFrom(local)).to.deep.equal([2, 3, 4]);
    for (const connection of [process.env['NO_SUCH_VARIABLE'], '', 'localhost']) {
      const error = await thrownBy(() => mapOverQueue(Adding, { connection } as never));
      expect(error).to.be.instanceOf(StateError);
      expect(error.message).to.match(
        /^mapOverQueue\(Adding\): connection is .*: it must be a URL that begins with redis/,
      );
    }
  });

  it('a pool that is shut down says which items were begun, and whose work was not', async () => {
    const pool = new QueuePool(Waiting, { ...base(), ahead: 2 });
    const items = [1, 2, 3].map(id => ({ ms: 1, id }));
    const outcomes: unknown[] = [];
    const mapped = (async () => {
      for await (const { status } of pool.map(items, { settle: true })) outcomes.push(status);
    })().catch(error => outcomes.push((error as Error).message));
    await poll('items are in Redis', async () => (await redis.keys()).some(key => key.endsWith(':wait')));
    await pool.shutdown();
    await mapped;
    expect(outcomes.slice(0, 2)).to.deep.equal(['canceled', 'canceled']);
    expect(outcomes.at(-1)).to.contain('the pool was shut down');
    const late = await thrownBy(() => pool.run({ ms: 1, id: 1 }));
    expect(late.message).to.contain('takes no more items');
    await nothingLeft();
  });
});
