/** Workers that crash, at every stage and in every manner. Each item settles once, and fails only by its own crash. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { isExitError, isRemoteError, isSendError, RemoteError, StartError, StateError } from 'offspring-rx';
import { WorkerPool } from 'offspring-rx/pool';
import { firstValueFrom } from 'rxjs';
import { fixture } from '../support/fixture';
import { listOf } from '../support/list-of';
import { itInFull, LONG, rows, sized } from '../support/long';
import { poll } from '../support/poll';
import { childrenOfLibrary } from '../support/processes';
import { temporaryFolder } from '../support/temporary';

const workers = fixture<typeof import('../fixtures/pool')>('pool');
const {
  Adding,
  BeginsForEver,
  CrashesAtFirst,
  Crashing,
  DiesEarly,
  DiesEnding,
  InitThrows,
  KilledYielding,
  Naming,
  SaysWhy,
  ThrowsBeside,
  Waiting,
  YieldsAgain,
} = workers;
const { DiesLoading } = fixture<typeof import('../fixtures/pool-dies-loading')>('pool-dies-loading');

const isWindows = process.platform === 'win32';
const MANNERS = ['exit', 'abort', 'segv', 'throw'] as const;

interface Settled {
  value?: unknown;
  error?: any;
  times: number;
}

/** The outcome of each item, and how often it settled. */
async function outcomesOf(promises: Promise<unknown>[]): Promise<Settled[]> {
  const outcomes: Settled[] = promises.map(() => ({ times: 0 }));
  await Promise.all(
    promises.map((promise, at) => {
      const outcome = outcomes[at] as Settled;
      const settled = (what: object) => Object.assign(outcome, what, { times: outcome.times + 1 });
      return promise.then(
        value => settled({ value }),
        error => settled({ error }),
      );
    }),
  );
  expect(outcomes.every(({ times }) => times === 1)).to.equal(true);
  return outcomes;
}

describe('a worker that dies', () => {
  for (const [number, stage] of (['loading', 'restoring', 'beginning'] as const).entries()) {
    describe(`while ${stage}`, () => {
      for (const manner of rows(MANNERS, (_, at) => number < 1 && at === number)) {
        it(`by ${manner}: all waiting items are rejected with the StartError, and no worker starts again ${LONG}`, async () => {
          await using pool =
            stage === 'loading'
              ? new WorkerPool(DiesLoading, { workers: 2, args: [manner] })
              : new WorkerPool(DiesEarly, { workers: 2, args: [stage, manner] });
          const outcomes = await outcomesOf([1, 2, 3, 4].map(item => pool.run(item)));
          for (const { error } of outcomes) expect(error).to.be.instanceOf(StartError);
          const { message } = (outcomes[0] as Settled).error as Error;
          if (manner === 'throw') expect(message).to.contain('as it was told');
          if (manner === 'abort') expect(message).to.match(isWindows ? /code 134/ : /SIGABRT/);
          if (manner === 'segv') expect(message).to.contain('SIGSEGV');
          if (manner === 'exit') expect(message).to.contain('code 0');
          await poll('nothing is started any more', () => childrenOfLibrary().length === 0);
          // The next item gets the error again.
          expect((await outcomesOf([pool.run(5)]))[0]?.error).to.be.instanceOf(StartError);
        });
      }
    });
  }

  for (const [number, stage] of (['working', 'answering'] as const).entries()) {
    describe(`while ${stage}`, () => {
      for (const manner of rows(MANNERS, (_, at) => number === 0 && at === 3)) {
        it(`by ${manner}: its item fails, and the others do not ${LONG}`, async () => {
          await using pool = new WorkerPool(Crashing, { workers: 2 });
          const items = [...Array.from({ length: 40 }, (_, at) => at), `${stage} ${manner}` as const, 1, 2, 3];
          const outcomes = await outcomesOf(items.map(item => pool.run(item)));
          for (const [at, item] of items.entries()) {
            if (typeof item === 'number') expect(outcomes[at]?.value, `item ${at}`).to.equal(item);
          }
          const { error } = outcomes[40] as Settled;
          if (manner === 'exit') expect((error as Error).message).to.contain('let its work return instead of calling');
          if (manner !== 'throw') expect(isExitError(error), String(error)).to.equal(true);
          else if (stage === 'working') expect(isRemoteError(error)).to.equal(true);
          else expect(isSendError(error)).to.equal(true);
        });
      }
    });
  }

  it('by exit: its item fails with the last lines of stderr', async () => {
    await using pool = new WorkerPool(SaysWhy, { workers: 1 });
    const error = await pool.run('no disk').catch(reason => reason);
    expect(isExitError(error), String(error)).to.equal(true);
    expect(error.stderr).to.deep.equal(['no disk']);
    expect(error.exit.code).to.equal(3);
  });

  itInFull(`in the middle of a large batch: only the item at fault fails ${LONG}`, async () => {
    await using pool = new WorkerPool(Crashing, { workers: 2 });
    await Promise.all(Array.from({ length: 2_000 }, (_, at) => pool.run(at)));
    const items = Array.from({ length: 1_000 }, (_, at) =>
      at === 333 ? 'working segv' : at === 666 ? 'working abort' : at,
    ) as number[];
    const outcomes = await outcomesOf(items.map(item => pool.run(item)));
    const failed = outcomes.flatMap(({ error }, at) => (error ? [at] : []));
    expect(failed).to.deep.equal([333, 666]);
    expect(outcomes.flatMap(({ value }) => (value === undefined ? [] : [value]))).to.deep.equal(
      items.filter((_, at) => at !== 333 && at !== 666),
    );
  });

  const count = 20_000;
  const MOST_KILLED = 100;
  itInFull(
    `by SIGKILL at random, every 50 ms, during ${count} items: all settle, none twice ${LONG}`,
    async function () {
      this.timeout(120_000);
      await using pool = new WorkerPool(Adding, { workers: 2, retries: 3 });
      await pool.run(0);
      let killed = 0;
      let settled = 0;
      let settledAtKill = -1;
      const run = async (item: number) => {
        try {
          return await pool.run(item);
        } finally {
          settled += 1;
        }
      };
      const killer = setInterval(() => {
        const pids = childrenOfLibrary();
        // On a busy machine, workers would be killed before they have started: an item has to settle between two kills.
        if (killed === MOST_KILLED || settled === settledAtKill) return;
        const victim = pids[Math.floor(Math.random() * pids.length)];
        if (victim === undefined) return;
        try {
          process.kill(victim, 'SIGKILL');
          killed += 1;
          settledAtKill = settled;
        } catch {
          // Gone meanwhile.
        }
      }, 50);
      try {
        const parts: Promise<Settled[]>[] = [];
        // On a fast machine, there are more items until some were killed.
        for (let at = 0; at < count || killed <= 3; at += 200) {
          parts.push(outcomesOf(Array.from({ length: 200 }, (_, offset) => run(at + offset))));
          await sleep(10);
        }
        const outcomes = (await Promise.all(parts)).flat();
        for (const [at, { value, error }] of outcomes.entries()) {
          if (error === undefined) expect(value).to.equal(at + 1);
          else expect(isExitError(error) || error instanceof StartError, String(error)).to.equal(true);
        }
        expect(outcomes.filter(({ error }) => error === undefined).length).to.be.above(0.95 * outcomes.length);
      } finally {
        clearInterval(killer);
      }
      expect(killed).to.be.above(3);
      expect(await pool.run(1)).to.equal(2);
    },
  );

  it('by SIGTERM from outside, in the middle of an item: finishes it, and others work on the rest', async () => {
    await using pool = new WorkerPool(Waiting, { workers: 1 });
    await pool.run(1);
    const outcomes = outcomesOf([300, 1, 1].map(ms => pool.run(ms)));
    const { pid } = await poll('it is at work', () => ({ pid: childrenOfLibrary()[0] }));
    process.kill(pid as number, 'SIGTERM');
    expect((await outcomes).map(({ value }) => value)).to.deep.equal([300, 1, 1]);
  });

  it('without an item: is replaced when there is one', async () => {
    await using pool = new WorkerPool(Naming, { workers: 1 });
    const before = await pool.run(0);
    process.kill(before, 'SIGTERM');
    await poll('the pool knows that it is gone', async () => (await firstValueFrom(pool.stats$)).workers === 0);
    expect(await pool.run(0)).not.to.equal(before);
  });
});

describe('a worker that is stopped by somebody else', () => {
  itInFull(`finishes its item, and fails no other, even if it crashes in end() ${LONG}`, async () => {
    await using pool = new WorkerPool(DiesEnding, { workers: 1 });
    const outcomes = await outcomesOf([1, 0, 2, 3].map(item => pool.run(item)));
    expect(outcomes.map(({ value }) => (value as number[]).at(-1))).to.deep.equal([1_000, 0, 2_000, 3_000]);
    expect(outcomes.map(({ times }) => times)).to.deep.equal([1, 1, 1, 1]);
  });
});

describe('retries', () => {
  const folder = temporaryFolder();

  it('0: does not retry an item that crashes its worker', async () => {
    await using pool = new WorkerPool(CrashesAtFirst, { workers: 1, args: [folder.file('tries'), 1] });
    const [outcome] = await outcomesOf([pool.run(7)]);
    expect(outcome?.error.exit).to.include(isWindows ? { code: 1 } : { signal: 'SIGKILL' });
    expect(folder.lines('tries')).to.deep.equal(['7']);
  });

  itInFull(`2: retries it twice ${LONG}`, async () => {
    await using pool = new WorkerPool(CrashesAtFirst, { workers: 1, retries: 2, args: [folder.file('tries'), 2] });
    expect(await pool.run(7)).to.equal(7);
    expect(folder.lines('tries')).to.deep.equal(['7', '7', '7']);
  });

  itInFull(`2: rejects an item that always crashes after its third crash ${LONG}`, async () => {
    await using pool = new WorkerPool(CrashesAtFirst, { workers: 2, retries: 2, args: [folder.file('tries'), 99] });
    const [outcome] = await outcomesOf([pool.run(7)]);
    expect(outcome?.error.exit).to.include(isWindows ? { code: 1 } : { signal: 'SIGKILL' });
    expect(folder.lines('tries')).to.deep.equal(['7', '7', '7']);
  });
});

describe('an item that is worked on again gives each output once', () => {
  const folder = temporaryFolder();

  const count = sized(60, 1_500);
  it(`after another item of its batch has killed the worker, ${count} items ${LONG}`, async function () {
    this.timeout(120_000);
    const items = Array.from({ length: count }, (_, item) => item);
    await using pool = new WorkerPool(KilledYielding, { workers: 2 });
    const wrong: unknown[] = [];
    for await (const outcome of pool.map(items, { settle: true })) {
      const expected = outcome.item % 97 === 5 ? 'rejected' : `${outcome.item}a ${outcome.item}b`;
      const found = outcome.status === 'fulfilled' ? outcome.values.join(' ') : outcome.status;
      if (found !== expected) wrong.push(found);
    }
    expect(wrong).to.deep.equal([]);
  });

  for (const settle of rows([false, true], each => each)) {
    it(`with retries, and settle: ${settle} ${LONG}`, async () => {
      await using pool = new WorkerPool(YieldsAgain, { workers: 1, retries: 1, args: [folder.file(`${settle}`)] });
      const given = await listOf<unknown>(pool.map([0, 1], { settle: settle as false }));
      const values = settle ? given.flatMap(outcome => (outcome as { values: number[] }).values) : given;
      expect(values).to.deep.equal([1, 2, 3, 1, 2, 3]);
    });
  }

  itInFull(`with run() ${LONG}`, async () => {
    await using pool = new WorkerPool(YieldsAgain, { workers: 1, retries: 1, args: [folder.file('run')] });
    expect(await pool.run(1)).to.deep.equal([1, 2, 3]);
  });
});

describe('a worker that cannot start', () => {
  it('because init throws: rejects with that error', async () => {
    await using pool = new WorkerPool(InitThrows, { workers: 2 });
    const outcomes = await outcomesOf([1, 2].map(item => pool.run(item)));
    for (const { error } of outcomes) expect(error).to.be.instanceOf(StartError).and.to.include({ phase: 'init' });
    expect(outcomes[0]?.error.message).to.contain('no such size');
  });

  it('because a flag of its class is wrong, or its constructor throws: rejects with that error', async () => {
    class WrongFlag extends Adding {
      static override READY_TIMEOUT = -1;
    }
    await using wrong = new WorkerPool(WrongFlag, { workers: 2 });
    const [outcome] = await outcomesOf([wrong.run(1), wrong.run(2)]);
    expect(outcome?.error).to.be.instanceOf(StateError);
    expect(outcome?.error.message).to.contain('READY_TIMEOUT is -1');
    class Throws extends Adding {
      constructor() {
        super();
        throw new RangeError('not today');
      }
    }
    await using throwing = new WorkerPool(Throws, { workers: 2 });
    const outcomes = await outcomesOf([throwing.run(1), throwing.run(2)]);
    for (const { error } of outcomes) expect(error.message).to.equal('not today');
  });

  itInFull(`because begin throws or exits the process: rejects with an error that names begin() ${LONG}`, async () => {
    await using throwing = new WorkerPool(DiesEarly, { workers: 1, args: ['beginning', 'throw'] });
    const [thrown] = await outcomesOf([throwing.run(1)]);
    const told = /^DiesEarly\.begin\(\) threw in the child \(pid \d+\): TypeError: as it was told$/;
    expect(thrown?.error.message).to.match(told);
    expect(thrown?.error.cause).to.be.instanceOf(RemoteError);
    expect(thrown?.error.cause.message).to.match(told);
    await using exiting = new WorkerPool(DiesEarly, { workers: 1, args: ['beginning', 'exit'] });
    const [exited] = await outcomesOf([exiting.run(1)]);
    expect(exited?.error.message).to.match(/^DiesEarly\.begin\(\) did not end: the child .* ended with code 0/);
    await using beside = new WorkerPool(ThrowsBeside, { workers: 1 });
    const [happened] = await outcomesOf([beside.run(1)]);
    expect(happened?.error.message).to.match(
      /^ThrowsBeside\.begin\(\) did not end: an error that nothing caught .*beside$/,
    );
    for (const outcome of [thrown, exited, happened]) expect(outcome?.error.phase).to.equal('ready');
  });

  it('because it crashes before begin: rejects with an error that does not name begin()', async () => {
    await using pool = new WorkerPool(DiesEarly, { workers: 1, args: ['restoring', 'segv'] });
    const [outcome] = await outcomesOf([pool.run(1)]);
    expect(outcome?.error).to.be.instanceOf(StartError).and.to.include({ phase: 'load' });
    expect(outcome?.error.message).to.match(/^DiesEarly: the child .* was killed by SIGSEGV before it was ready/);
  });

  it('because begin never ends: rejects after READY_TIMEOUT', async () => {
    await using pool = new WorkerPool(BeginsForEver, { workers: 1 });
    const [outcome] = await outcomesOf([pool.run(1)]);
    expect(outcome?.error).to.be.instanceOf(StartError).and.to.include({ phase: 'ready' });
    expect(outcome?.error.message).to.contain('still in begin() after 3000 ms');
  });
});
