/** The workers of a pool: what memory they share. */
import { expect } from 'chai';
import { fixturePath } from '../support/fixture';
import { LONG, rows } from '../support/long';
import { runNode } from '../support/script';

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
  for (const [what, size, workers, mb, before] of rows(
    [
      ['as in a container, where the folder has 64 MB', '64m', 2, 8.1, ''],
      ['with more workers it takes no more', '64m', 4, 8.1, ''],
      ['none, if the folder is tiny', '1m', 2, 0.1, ''],
      ['none, if the folder is full', '16m', 2, 0.1, `${FILL} fill();`],
      ['as much as is left, if somebody else fills the folder', '64m', 2, 64, `${FILL} setInterval(fill, 20).unref();`],
    ] as const,
    (_, at) => at === 0 || at === 4,
  )) {
    it(`${what} ${LONG}`, async () => {
      const { most, wrong } = await inSmallFolder(size, workers, before);
      expect(wrong).to.equal(0);
      expect(most).to.be.at.most(mb);
      // What is large does go through the folder, where that has room.
      if (before === '' && size === '64m') expect(most).to.be.above(0.5);
    });
  }
});
