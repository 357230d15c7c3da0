/** The workers of a pool: how they end, how many there are, and who gets the items. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { isStateError, Subprocess } from 'offspring-rx';
import { isTimeoutError, mapInSubprocess, type PoolOptions, type TimeoutError, WorkerPool } from 'offspring-rx/pool';
import { from, lastValueFrom, toArray } from 'rxjs';
import type { Timed } from '../fixtures/pool';
import { fixture, fixturePath } from '../support/fixture';
import { itInFull, LONG, rows, sized } from '../support/long';
import { poll } from '../support/poll';
import { isAlive } from '../support/processes';
import { runNode } from '../support/script';
import { temporaryFolder } from '../support/temporary';

const { Mixed, Noting, Spinning, SpinningBriefly } = fixture<typeof import('../fixtures/pool')>('pool');

const short = (id: number): Timed => ({ id, how: 'ignores', ms: 0 });

describe('69 the worker of an item that takes too long, or is canceled, may clean up', () => {
  const folder = temporaryFolder();
  const notes = () => folder.lines('log').map(line => line.split(' of ')[0]);
  const noted = (what: string) => folder.lines('log').filter(line => line.startsWith(what));
  const pidOf = (line = '') => Number(line.split(' of ')[1]);

  const open = (options: PoolOptions = {}, endTime = 200) =>
    new WorkerPool(Noting, { workers: 1, cancelGrace: 0, ...options, args: [folder.file('log'), endTime] });

  for (const how of rows(['heeds', 'ignores', 'busy'] as const, each => each === 'busy')) {
    it(`after a timeout, of work that ${how === 'busy' ? 'is busy' : `${how} its signal`} ${LONG}`, async () => {
      await using pool = open({ timeout: 300 });
      await pool.run(short(0));
      const item = pool.run({ id: 1, how, ms: how === 'heeds' ? 60_000 : 700 }).catch(error => error);
      const next = pool.run(short(2));
      const error: TimeoutError = await item;
      expect(isTimeoutError(error), String(error)).to.equal(true);
      expect(error).to.deep.include({ name: 'TimeoutError', timeout: 300, subprocess: 'Noting' });
      // It is rejected at once, and not when its worker has ended.
      expect(noted('end')).to.deep.equal([]);
      expect(await next).to.equal(2);
      expect(notes()).to.deep.equal(['begin', 'work 0', 'work 1', 'signal', 'end', 'begin', 'work 2']);
    });
  }

  it('after its signal aborts', async () => {
    await using pool = open();
    await pool.run(short(0));
    const abort = new AbortController();
    const item = pool.run({ id: 1, how: 'heeds', ms: 60_000 }, { signal: abort.signal }).catch(error => error);
    await poll('it is at work', () => noted('work 1').length);
    abort.abort(new Error('no longer'));
    expect((await item).message).to.equal('no longer');
    expect(noted('end')).to.deep.equal([]);
    expect(await pool.run(short(2))).to.equal(2);
    expect(notes()).to.deep.equal(['begin', 'work 0', 'work 1', 'signal', 'end', 'begin', 'work 2']);
  });

  itInFull(`after its stream is left: map(), an iteration, mapInSubprocess() ${LONG}`, async () => {
    const items: Timed[] = [short(0), { id: 1, how: 'heeds', ms: 60_000 }];
    await using pool = open();
    const subscription = pool.map(items).subscribe();
    await poll('it is at work', () => noted('work 1').length === 1);
    subscription.unsubscribe();
    await poll('end() has run', () => noted('end').length === 1);
    for await (const _ of pool.map(items)) break;
    await poll('end() has run again', () => noted('end').length === 2);
    const options = { workers: 1, args: [folder.file('log'), 200] as [string, number] };
    const own = from(items).pipe(mapInSubprocess(Noting, options)).subscribe();
    await poll('it is at work', () => noted('work 1').length === 3);
    own.unsubscribe();
    await poll('end() has run once more', () => noted('end').length === 3);
    expect(noted('signal')).to.have.length(3);
  });

  const ENDED = [
    ['recycleAfter', { recycleAfter: 1 }, (pool: WorkerPool<any>) => pool.run(short(1))],
    ['idleTimeout', { idleTimeout: 50 }, (pool: WorkerPool<any>) => pool.run(short(1))],
    ['maxRss', { maxRss: 1 }, (pool: WorkerPool<any>) => pool.run(short(1)).then(() => pool.run(short(2)))],
    ['shutdown()', {}, (pool: WorkerPool<any>) => pool.run(short(1)).then(() => pool.shutdown())],
  ] as const;
  for (const [what, options, use] of rows(ENDED, ([name]) => name === 'idleTimeout')) {
    it(`when it is replaced or ended for ${what} ${LONG}`, async () => {
      await using pool = open(options);
      await use(pool);
      await poll('end() has run', () => noted('end').length > 0);
      expect(noted('signal')).to.not.have.length(0);
    });
  }

  itInFull(`a worker that never yields is killed after its grace, and only then is there another ${LONG}`, async () => {
    await using pool = new WorkerPool(SpinningBriefly, { workers: 1, timeout: 300 });
    await pool.run(0);
    const began = performance.now();
    const error: TimeoutError = await pool.run(60_000).catch(reason => reason);
    expect(isTimeoutError(error), String(error)).to.equal(true);
    expect(isAlive(error.pid as number)).to.equal(true);
    expect(await pool.run(0)).to.equal(0);
    expect(isAlive(error.pid as number)).to.equal(false);
    expect(performance.now() - began).to.be.at.least(800);
  });

  itInFull(`other workers go on meanwhile ${LONG}`, async () => {
    await using pool = new WorkerPool(Spinning, { workers: 2, timeout: 300 });
    await Promise.all([1, 1, 1].map(ms => pool.run(ms)));
    const late: TimeoutError = await pool.run(60_000).catch(reason => reason);
    expect(await Promise.all([1, 2, 3].map(ms => pool.run(ms)))).to.deep.equal([1, 2, 3]);
    // The grace of 5 s is not over.
    expect(isAlive(late.pid as number)).to.equal(true);
    await pool.shutdown({ grace: 0 });
  });

  for (const how of rows(['heeds', 'busy'] as const, each => each === 'busy')) {
    it(`one late item in a batch is rejected at once, and no other is worked on twice: it ${how} ${LONG}`, async () => {
      await using pool = open({ timeout: 400 }, 0);
      await Promise.all(Array.from({ length: 200 }, (_, id) => pool.run(short(id))));
      const items = Array.from({ length: 60 }, (_, at): Timed => {
        return at === 10 ? { id: 1_000 + at, how, ms: 1_200 } : short(1_000 + at);
      });
      const outcomes = await Promise.allSettled(items.map(item => pool.run(item)));
      const failed = outcomes.flatMap(({ status }, at) => (status === 'rejected' ? [at] : []));
      expect(failed).to.deep.equal([10]);
      expect(noted('work 1010')).to.have.length(1);
      await pool.shutdown();
      const begun = notes().filter(note => note?.startsWith('work 1'));
      expect(new Set(begun).size).to.equal(begun.length);
    });
  }

  itInFull(`an item that is canceled in a batch costs its worker, and no other item ${LONG}`, async () => {
    await using pool = open({ workers: 2 }, 0);
    await Promise.all(Array.from({ length: 200 }, (_, id) => pool.run(short(id))));
    const abort = new AbortController();
    const items = Array.from({ length: 60 }, (_, at) =>
      at === 10
        ? pool.run({ id: 1_010, how: 'heeds', ms: 60_000 }, { signal: abort.signal })
        : pool.run(short(1_000 + at)),
    );
    const all = Promise.allSettled(items);
    await poll('it is at work', () => noted('work 1010').length);
    abort.abort();
    const failed = (await all).flatMap(({ status }, at) => (status === 'rejected' ? [at] : []));
    expect(failed).to.deep.equal([10]);
    const worker = pidOf(noted('work 1010')[0]);
    await poll('its worker has ended', () => noted('end').some(line => pidOf(line) === worker));
  });
});

describe('71 there are never more processes than workers', () => {
  const folder = temporaryFolder();

  /** The most that lived at a time, by what they have noted. */
  function mostAtATime(): number {
    let now = 0;
    return folder.lines('log').reduce((most, line) => {
      if (line.startsWith('begin')) now += 1;
      if (line.startsWith('end')) now -= 1;
      return Math.max(most, now);
    }, 0);
  }

  const REPLACED = [
    ['recycleAfter', { recycleAfter: 1 }, Array.from({ length: 5 }, (_, id) => short(id))],
    ['maxRss', { maxRss: 1 }, Array.from({ length: 5 }, (_, id) => short(id))],
    ['timeout', { timeout: 250 }, Array.from({ length: 4 }, (_, id): Timed => ({ id, how: 'heeds', ms: 60_000 }))],
  ] as const;
  for (const [what, options, items] of rows(REPLACED, ([name]) => name === 'timeout')) {
    it(`workers that are replaced for ${what}, and take their time to end ${LONG}`, async () => {
      const pool = new WorkerPool(Noting, { workers: 2, ...options, args: [folder.file('log'), 600] });
      const outcomes = await Promise.allSettled(items.map(item => pool.run(item)));
      await pool.shutdown();
      expect(outcomes).to.have.length(items.length);
      expect(folder.lines('log').filter(line => line.startsWith('begin')).length).to.be.above(2);
      expect(mostAtATime()).to.equal(2);
    });
  }

  itInFull(`workers that somebody else stops, and canceled ones ${LONG}`, async () => {
    const pool = new WorkerPool(Noting, { workers: 2, args: [folder.file('log'), 600] });
    await Promise.all([0, 1, 2, 3].map(id => pool.run({ id, how: 'ignores', ms: 50 })));
    const pids = folder
      .lines('log')
      .filter(line => line.startsWith('begin'))
      .map(line => Number(line.split(' of ')[1]));
    process.kill(pids[0] as number, 'SIGTERM');
    const abort = new AbortController();
    const items = [4, 5, 6, 7].map(id =>
      pool.run({ id, how: 'heeds', ms: 1_000 }, id === 4 ? { signal: abort.signal } : {}).catch(() => 'failed'),
    );
    await sleep(100);
    abort.abort();
    await Promise.all(items);
    await pool.shutdown();
    expect(mostAtATime()).to.be.at.most(2);
  });

  itInFull(`items that wait for a worker on its way out keep the parent alive ${LONG}`, async () => {
    const script = runNode([
      '-e',
      `const { Noting } = require(${JSON.stringify(fixturePath('pool'))});
      const { WorkerPool } = require('offspring-rx/pool');
      const pool = new WorkerPool(Noting, { workers: 1, recycleAfter: 1, args: [${JSON.stringify(folder.file('log'))}, 600] });
      (async () => {
        for (const id of [1, 2, 3]) console.log(await pool.run({ id, how: 'ignores', ms: 0 }));
      })();`,
    ]);
    expect(await script.ended).to.deep.include({ code: 0, stdout: '1\n2\n3\n', stderr: '' });
  });

  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    itInFull(
      `${signal} ends the parent while items wait for a worker on its way out: nothing is started ${LONG}`,
      async () => {
        const script = runNode([
          '-e',
          `const { Noting } = require(${JSON.stringify(fixturePath('pool'))});
        const { WorkerPool } = require('offspring-rx/pool');
        const pool = new WorkerPool(Noting, { workers: 1, timeout: 200, args: [${JSON.stringify(folder.file('log'))}, 700] });
        (async () => {
          await pool.run({ id: 0, how: 'ignores', ms: 0 });
          const late = pool.run({ id: 1, how: 'heeds', ms: 60_000 });
          const next = pool.run({ id: 2, how: 'ignores', ms: 0 });
          await late.catch(() => console.log('late'));
          await next;
        })();`,
        ]);
        await script.says('late');
        process.kill(script.pid, signal);
        expect(await script.ended).to.deep.include({ code: null, signal, stderr: '' });
        expect(folder.lines('log').filter(line => /^(begin|end)/.test(line))).to.have.length(2);
      },
    );
  }

  itInFull(`shutdownAll() ends a pool whose only worker is on its way out ${LONG}`, async () => {
    const pool = new WorkerPool(Noting, { workers: 1, timeout: 200, args: [folder.file('log'), 500] });
    await pool.run(short(0));
    const late = pool.run({ id: 1, how: 'heeds', ms: 60_000 }).catch(error => error);
    const waiting = pool.run(short(2)).catch(error => error);
    expect(isTimeoutError(await late)).to.equal(true);
    await Subprocess.shutdownAll();
    expect(isStateError(await waiting)).to.equal(true);
    expect(isStateError(await pool.run(short(3)).catch(error => error))).to.equal(true);
  });
});

describe('70 short items do not wait behind a long one', () => {
  const folder = temporaryFolder();
  const LENGTH = 1_000;
  /** So many tell the pool that they are tiny. */
  const TINY = sized(8_000, 25_000);

  /** Each item was worked on once. */
  const expectOnce = (count: number) => {
    const ids = folder.lines('log').map(Number);
    expect([ids.length, new Set(ids).size]).to.deep.equal([count, count]);
  };

  for (const [what, ms, at] of rows(
    [
      ['busy', LENGTH, 50],
      ['waiting', -LENGTH, 50],
      ['busy', LENGTH, 0],
      ['busy', LENGTH, 1_999],
      ['waiting', -LENGTH, 700],
      ['busy', LENGTH, 1_000],
    ] as const,
    (_, row) => row === 0,
  )) {
    it(`that is ${what}, as item ${at} of 2,000 ${LONG}`, async () => {
      const pool = new WorkerPool(Mixed, { workers: 2, args: [folder.file('log')] });
      let id = 0;
      await Promise.all(Array.from({ length: TINY }, () => pool.run({ id: id++, ms: 0 })));
      let done = 0;
      let doneBefore = 0;
      await Promise.all(
        Array.from({ length: 2_000 }, async (_, index) => {
          const isLong = index === at;
          await pool.run({ id: id++, ms: isLong ? ms : 0 });
          if (isLong) doneBefore = done;
          else done += 1;
        }),
      );
      expect(doneBefore).to.equal(1_999);
      await pool.shutdown();
      expectOnce(TINY + 2_000);
    });
  }

  itInFull(`in the stream of map(), ordered and not ${LONG}`, async () => {
    const pool = new WorkerPool(Mixed, { workers: 2, args: [folder.file('log')] });
    let id = 0;
    await lastValueFrom(pool.map(Array.from({ length: 3_000 }, () => ({ id: id++, ms: 0 }))));
    const items = () => Array.from({ length: 500 }, (_, at) => ({ id: id++, ms: at === 100 ? LENGTH : 0 }));
    const unordered = await lastValueFrom(pool.map(items(), { ordered: false }).pipe(toArray()));
    expect(unordered.at(-1)).to.equal(3_100);
    const ordered = await lastValueFrom(pool.map(items()).pipe(toArray()));
    expect(ordered).to.deep.equal(Array.from({ length: 500 }, (_, at) => 3_500 + at));
    await pool.shutdown();
    expectOnce(4_000);
  });

  itInFull(`in a worker that somebody else has stopped, and that takes its time to end ${LONG}`, async () => {
    const log = folder.file('log');
    await using pool = new WorkerPool(Noting, { workers: 1, args: [log, 1_200] });
    await Promise.all(Array.from({ length: 200 }, (_, id) => pool.run(short(id))));
    const [first] = folder.lines('log');
    process.kill(Number(first?.split(' of ')[1]), 'SIGTERM');
    expect(await Promise.all([1, 2, 3].map(id => pool.run(short(id))))).to.deep.equal([1, 2, 3]);
  });

  const rounds = 40;
  itInFull(
    `long ones of both kinds at random, ${rounds} times: each item is worked on once ${LONG}`,
    async function () {
      this.timeout(180_000);
      const pool = new WorkerPool(Mixed, { workers: 3, args: [folder.file('log')] });
      let id = 0;
      for (let round = 0; round < rounds; round++) {
        // Every other round is of items that take so long that they need no thread.
        const base = round % 2 === 0 ? 0 : 0.3;
        const count = base === 0 ? 15_000 : 200;
        const long = new Set(Array.from({ length: 4 }, () => Math.floor(Math.random() * count)));
        const ms = (at: number) => (long.has(at) ? (Math.random() < 0.5 ? 1 : -1) * 120 : base);
        await Promise.all(Array.from({ length: count }, (_, at) => pool.run({ id: id++, ms: ms(at) })));
      }
      await pool.shutdown();
      expectOnce(id);
    },
  );

  itInFull(`also if the worker dies while it is asked for the others ${LONG}`, async () => {
    const { Crashing } = fixture<typeof import('../fixtures/pool')>('pool');
    await using pool = new WorkerPool(Crashing, { workers: 2 });
    await Promise.all(Array.from({ length: 2_000 }, (_, at) => pool.run(at)));
    for (let round = 0; round < 2; round++) {
      const items = Array.from({ length: 300 }, (_, at) => (at === 60 ? ('working segv' as const) : at));
      const outcomes = await Promise.allSettled(items.map(item => pool.run(item)));
      expect(outcomes.flatMap(({ status }, at) => (status === 'rejected' ? [at] : []))).to.deep.equal([60]);
    }
  });

  itInFull(`recycleAfter holds, though items are taken back ${LONG}`, async () => {
    const pool = new WorkerPool(Mixed, { workers: 2, recycleAfter: 700, args: [folder.file('log')] });
    const items = Array.from({ length: 3_000 }, (_, id) => ({ id, ms: id % 500 === 250 ? 60 : 0 }));
    await Promise.all(items.map(item => pool.run(item)));
    await pool.shutdown();
    expectOnce(3_000);
    expect(Math.max(...folder.lines('log.counts').map(Number))).to.be.at.most(700);
  });
});

describe('73 a pool takes a small part of the memory that is left for shared files', () => {
  const MB = 2 ** 20;

  /** What a pool of so many workers has in /dev/shm at the most, in MB, if it has `size`; and what its items gave. */
  async function inSmallFolder(size: string, workers: number, before = ''): Promise<{ most: number; wrong: number }> {
    const script = `
      const { statfsSync, openSync, writeSync } = require('node:fs');
      const { Echoing } = require(${JSON.stringify(fixturePath('pool'))});
      const { WorkerPool } = require('offspring-rx/pool');
      const used = () => { const { bsize, blocks, bfree } = statfsSync('/dev/shm'); return (blocks - bfree) * bsize; };
      (async () => {
        ${before}
        const start = used();
        let most = 0;
        const pool = new WorkerPool(Echoing, { workers: ${workers} });
        let wrong = 0;
        for (let round = 0; round < 2; round++) {
          await Promise.all(Array.from({ length: 40 }, async (_, at) => {
            const sent = Buffer.alloc(${MB} - at, at);
            const back = await pool.run(sent);
            most = Math.max(most, used() - start);
            if (!sent.equals(back)) wrong += 1;
          }));
        }
        await pool.shutdown();
        console.log(JSON.stringify({ most: most / ${MB}, wrong }));
      })();`;
    const mount = `mount -t tmpfs -o size=${size} tmpfs /dev/shm && exec "$0" -e "$1"`;
    const { stdout, stderr, code } = await runNode([process.execPath, script], {
      node: 'unshare',
      flags: ['-rm', 'sh', '-c', mount],
    }).ended;
    expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' });
    return JSON.parse(stdout);
  }

  const FILL = `
    const file = openSync('/dev/shm/other', 'w');
    const fill = () => { try { for (;;) writeSync(file, Buffer.alloc(65_536)); } catch {} };`;
  const folders = [
    ['as in a container, where the folder has 64 MB', '64m', 2, 8.1, ''],
    ['with more workers it takes no more', '64m', 4, 8.1, ''],
    ['none, if the folder is tiny', '1m', 2, 0.1, ''],
    ['none, if the folder is full', '16m', 2, 0.1, `${FILL} fill();`],
    ['as much as is left, if somebody else fills the folder', '64m', 2, 64, `${FILL} setInterval(fill, 20).unref();`],
  ] as const;
  for (const [what, size, workers, mb, before] of rows(folders, (_, at) => at === 0)) {
    it(`${what} ${LONG}`, async () => {
      const { most, wrong } = await inSmallFolder(size, workers, before);
      expect(wrong).to.equal(0);
      expect(most).to.be.at.most(mb);
      // What is large does go through the folder, where that has room.
      if (before === '' && size === '64m') expect(most).to.be.above(0.5);
    });
  }
});
