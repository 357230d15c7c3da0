/** Row 88: a value that all workers of a pool get. */
import { readdirSync, readlinkSync } from 'node:fs';
import { expect } from 'chai';
import { isStateError } from 'offspring-rx';
import { mapInSubprocess, WorkerPool } from 'offspring-rx/pool';
import { poolInProcess } from 'offspring-rx/testing';
import { from, lastValueFrom, toArray } from 'rxjs';
import type { Dictionary } from '../fixtures/pool-control';
import { fixture, fixturePath } from '../support/fixture';
import { itInFull, LONG, rows } from '../support/long';
import { runNode } from '../support/script';

const { Sharing, SharingAlone, SharingAny } = fixture<typeof import('../fixtures/pool-control')>('pool-control');

const MB = 2 ** 20;
const dictionary = (megabytes = 1): Dictionary => ({
  words: ['a', 'b', 'c'],
  bytes: Buffer.alloc(megabytes * MB, 7),
  numbers: Float64Array.from({ length: 20_000 }, (_, at) => at / 2),
  nested: new Map([['a', new Uint8Array([9, 8, 7])]]),
});
const TOLD = [0, 1, 2].map(at => `3 ${'abc'[at]} 7 ${at / 2} ${9 - at} ${MB}`);

/** Unnamed files in memory that this process holds open. */
const openFiles = () =>
  readdirSync('/proc/self/fd').filter(descriptor => {
    try {
      return readlinkSync(`/proc/self/fd/${descriptor}`).startsWith('/dev/shm/');
    } catch {
      return false;
    }
  }).length;

describe('88 share', () => {
  it('gives each worker its own copy, before begin, and that of its replacement is as at first', async () => {
    const value = dictionary();
    await using pool = new WorkerPool(Sharing, { workers: 2, share: value, recycleAfter: 3 });
    value.words[0] = 'later';
    value.bytes.fill(0);
    for (let round = 0; round < 3; round++) {
      for (const [at, told] of TOLD.entries()) {
        const given = await pool.run(at);
        // A worker that has worked on this item before has changed its copy.
        if (!given.includes('changed')) expect(given).to.equal(told);
      }
    }
    expect((await pool.run(0)).split(' ')[1]).to.equal('a');
  });

  itInFull(
    `also to a worker that sends no fields, by mapInSubprocess, and in the process of a test ${LONG}`,
    async () => {
      await using alone = new WorkerPool(SharingAlone, { workers: 1, share: dictionary() });
      expect(await alone.run(1)).to.equal(TOLD[1]);
      const mapped = from([0, 1, 2]).pipe(mapInSubprocess(Sharing, { workers: 1, share: dictionary() }), toArray());
      expect(await lastValueFrom(mapped)).to.deep.equal(TOLD);
      const share = dictionary();
      await using kit = poolInProcess(Sharing, { workers: 1, share });
      expect(await kit.run(2)).to.equal(TOLD[2]);
      expect(share.words).to.deep.equal(['a', 'b', 'c']);
    },
  );

  const values = [0, null, 'text', ['plain', { data: true }], new Map([[1, new Date(5)]]), new ArrayBuffer(9)];
  for (const value of rows<unknown>(values, (_, at) => at % 4 === 0)) {
    it(`is any value that can cross: ${String(value) || 'nothing'} ${LONG}`, async () => {
      await using pool = new WorkerPool(SharingAny, { workers: 1, share: value });
      expect(await pool.run('give it')).to.deep.equal(value);
    });
  }

  it('is undefined if there is none, and is not in the parent', async () => {
    await using pool = new WorkerPool(SharingAny, { workers: 1 });
    expect(await pool.run('give it')).to.equal(undefined);
    let error: unknown;
    class Early extends SharingAny {
      override init() {
        try {
          void this.shared;
        } catch (caught) {
          error = caught;
        }
        throw new Error('enough');
      }
    }
    await using early = new WorkerPool(Early, { workers: 1, share: 1 });
    await early.run('anything').catch(() => {});
    expect(isStateError(error), String(error)).to.equal(true);
    expect((error as Error).message).to.equal(
      'Early.shared is not there in the parent: use it in begin(), work() or end()',
    );
  });

  it('is refused if it cannot cross, and named', () => {
    for (const [value, why] of [
      [() => {}, 'share is a function: share plain data'],
      [{ inner: [Symbol('no')] }, 'share.inner[0] is a symbol'],
      [new URL('https://example.com'), 'share is an instance of URL'],
    ] as const) {
      const open = () => new WorkerPool(SharingAny, { share: value });
      expect(open).to.throw(`new WorkerPool(SharingAny): ${why}`);
      expect(open).to.throw().that.satisfies(isStateError);
    }
  });

  it('lies in one file, whose memory is given back when the pool is shut down', async () => {
    const before = openFiles();
    const pool = new WorkerPool(Sharing, { workers: 2, minWorkers: 2, share: dictionary(16) });
    expect(openFiles()).to.equal(before + 1);
    await Promise.all([pool.run(0), pool.run(1)]);
    expect(openFiles()).to.be.at.most(before + 3);
    await pool.shutdown();
    expect(openFiles()).to.equal(before);
  });

  it('arrives as a message if there are no such files', async () => {
    const script = `
      const { WorkerPool } = require('offspring-rx/pool');
      const { Sharing } = require(process.argv[1]);
      (async () => {
        const share = { words: ['a'], bytes: Buffer.alloc(3_000_000, 7), numbers: new Float64Array(1), nested: new Map() };
        const pool = new WorkerPool(Sharing, { workers: 1, minWorkers: 1, share });
        console.log(await pool.run(0));
        await pool.shutdown();
      })();
    `;
    const { stdout, stderr } = await runNode(['-e', script, fixturePath('pool-control')], {
      env: { OFFSPRING_TEST_POSIX: '1' },
    }).ended;
    expect(stderr).to.equal('');
    expect(stdout).to.equal('1 a 7 0 undefined 3000000\n');
  });
});
