/** Row 75: what was never begun when a pool was shut down. */
import { expect } from 'chai';
import { isStateError, StateError } from 'offspring-rx';
import { type MapSource, type Outcome, WorkerPool } from 'offspring-rx/pool';
import { concat, firstValueFrom, lastValueFrom, NEVER, of } from 'rxjs';
import { fixture } from '../support/fixture';
import { listOf } from '../support/list-of';
import { LONG, rows } from '../support/long';
import { poll } from '../support/poll';
import { temporaryFolder } from '../support/temporary';

const { Adding, Recording, Waiting } = fixture<typeof import('../fixtures/pool')>('pool');

const failureOf = (promise: Promise<unknown>): Promise<any> =>
  promise.then(
    value => expect.fail(`it resolved with ${String(value)}`),
    error => error,
  );

async function* waitsAfter(value: unknown) {
  yield value;
  await new Promise(() => {});
}

describe('75 an item that was never begun when its pool was shut down', () => {
  const folder = temporaryFolder();

  /** The outcomes of a stream with `settle`, and the error that it ended with. */
  async function outcomesOf(
    pool: { map: WorkerPool<InstanceType<typeof Recording>>['map'] },
    source: Iterable<number>,
  ) {
    const outcomes: Outcome<number, number>[] = [];
    let error: unknown;
    try {
      for await (const outcome of pool.map(source, { settle: true })) outcomes.push(outcome);
    } catch (thrown) {
      error = thrown;
    }
    return { outcomes, error };
  }

  const itemsOf = (outcomes: Outcome<number, number>[], ...statuses: string[]) =>
    outcomes.filter(({ status }) => statuses.includes(status)).map(({ item }) => item);

  const ITEMS = Object.entries({
    'items of 200 ms': Array.from({ length: 20 }, () => 200),
    'items of 5 ms': Array.from({ length: 400 }, () => 5),
    'tiny items': Array.from({ length: 20_000 }, () => 0),
    'tiny items and a long one': Array.from({ length: 2_000 }, (_, at) => (at === 1_500 ? 500 : 0)),
  });
  for (const ordered of [true, false]) {
    const inShort = ordered ? [] : ['items of 5 ms'];
    for (const [what, items] of rows(ITEMS, ([name]) => inShort.includes(name))) {
      it(`is told apart by its outcome, ${what}, ordered: ${ordered} ${LONG}`, async () => {
        const file = folder.file('begun');
        const pool = new WorkerPool(Recording, { workers: 2, ordered, args: [file] });
        const numbered = items.map((ms, at) => at * 1_000 + ms);
        const ended = outcomesOf(pool, numbered);
        await poll('some are done', () => folder.lines('begun').length >= 4);
        await pool.shutdown();
        const { outcomes, error } = await ended;
        expect(error === undefined || error instanceof StateError).to.equal(true);
        const begun = folder.lines('begun').map(Number);
        for (const outcome of outcomes) {
          if (outcome.status !== 'fulfilled') expect(outcome.reason).to.be.instanceOf(StateError);
        }
        // Whatever was pulled has an outcome, and what was canceled was certainly not begun.
        expect(new Set(itemsOf(outcomes, 'fulfilled', 'rejected', 'canceled')).size).to.equal(outcomes.length);
        expect(itemsOf(outcomes, 'canceled').filter(item => begun.includes(item))).to.deep.equal([]);
        expect(begun.filter(item => !outcomes.some(outcome => outcome.item === item))).to.deep.equal([]);
        // A worker that stops says what it has begun, so only the items at work are rejected: one of each worker.
        expect(itemsOf(outcomes, 'rejected').length).to.be.at.most(2);
        const { done, failed, canceled } = await firstValueFrom(pool.stats$);
        const counted = (status: string) => itemsOf(outcomes, status).length;
        expect({ done, failed, canceled }).to.deep.equal({
          done: counted('fulfilled'),
          failed: counted('rejected'),
          canceled: counted('canceled'),
        });
      });
    }
  }

  it('is told apart if no worker was ready yet', async () => {
    const pool = new WorkerPool(Waiting, { workers: 2, settle: true });
    const outcomes = listOf<unknown>(pool.map([1, 2, 3]));
    await pool.shutdown();
    expect((await outcomes).map(outcome => (outcome as Outcome).status)).to.deep.equal(Array(3).fill('canceled'));
  });

  it('is told apart if its worker is killed after its grace', async () => {
    const pool = new WorkerPool(Waiting, { workers: 1, settle: true });
    const outcomes = listOf<unknown>(pool.map(['for ever', 1, 1]));
    await poll('one is at work', async () => (await firstValueFrom(pool.stats$)).running === 1);
    await pool.shutdown({ grace: 100 });
    const statuses = (await outcomes).map(outcome => (outcome as Outcome).status);
    expect(statuses).to.deep.equal(['rejected', 'canceled', 'canceled']);
  });

  it('rejects run() with an error that says so', async () => {
    const pool = new WorkerPool(Waiting, { workers: 1 });
    const [begun, waiting] = [failureOf(pool.run('for ever')), failureOf(pool.run(1))];
    await poll('one is at work', async () => (await firstValueFrom(pool.stats$)).running === 1);
    await pool.shutdown({ grace: 100 });
    expect((await begun).message).to.match(/the pool was shut down before this item was done$/);
    expect((await waiting).message).to.match(/the pool was shut down before the work on this item began$/);
  });

  it('was pulled before that: nothing is pulled afterwards, so each has an outcome', async () => {
    for (const ordered of [true, false]) {
      const pool = new WorkerPool(Waiting, { workers: 1, ordered });
      let pulled = 0;
      function* source() {
        for (; pulled < 1_000; ) {
          pulled += 1;
          yield pulled === 3 ? 'for ever' : 1;
        }
      }
      const ended = outcomesOf(pool as never, source() as never);
      await poll('one is at work', async () => (await firstValueFrom(pool.stats$)).running === 1);
      await pool.shutdown({ grace: 100 });
      const { outcomes, error } = await ended;
      expect([outcomes.length, error instanceof StateError]).to.deep.equal([pulled, true]);
    }
  });

  const idle: [what: string, source: () => MapSource<unknown>][] = [
    ['an Observable that never emits', () => NEVER],
    ['an Observable that emits no more', () => concat(of(1), NEVER)],
    ['an AsyncIterable that waits', () => waitsAfter(1)],
  ];
  for (const settle of [true, false]) {
    for (const [what, source] of rows(idle, (_, at) => settle && at === 1)) {
      it(`ends a stream whose source is ${what}, settle: ${settle} ${LONG}`, async () => {
        const pool = new WorkerPool(Adding, { workers: 1, settle });
        const subscribed = failureOf(lastValueFrom(pool.map(source() as never)));
        const iterated = failureOf(listOf<unknown>(pool.map(source() as never)));
        await pool.run(1 as never);
        await pool.shutdown();
        expect([await subscribed, await iterated].map(isStateError)).to.deep.equal([true, true]);
        // Afterwards, a stream ends at once.
        expect(isStateError(await failureOf(lastValueFrom(pool.map(source() as never))))).to.equal(true);
      });
    }
  }

  it('ends a stream whose source is idle by shutdownAll() too', async () => {
    const pool = new WorkerPool(Adding, { workers: 1 });
    const streamed = failureOf(lastValueFrom(pool.map(NEVER)));
    await pool.run(1 as never);
    await Adding.shutdownAll();
    expect(isStateError(await streamed)).to.equal(true);
  });

  it('no outcome is made of it if the constructor of the worker throws: the stream errors', async () => {
    class Throws extends Adding {
      constructor() {
        super();
        throw new RangeError('not today');
      }
    }
    await using pool = new WorkerPool(Throws, { workers: 1, settle: true });
    expect((await failureOf(listOf<unknown>(pool.map([1, 2])))).message).to.equal('not today');
  });
});
