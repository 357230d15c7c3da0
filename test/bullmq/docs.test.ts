/** The two programs of docs/scale-out.md, with a real Redis. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { ROOT } from '../support/fixture';
import { itInFull, LONG } from '../support/long';
import { redisForSuite } from '../support/redis';
import { runNode } from '../support/script';

const built = (name: string) => path.join(ROOT, 'build', 'docs', 'examples', `${name}.mjs`);

describe('the programs of docs/scale-out.md', () => {
  const redis = redisForSuite();

  itInFull(`run, and print what the page says ${LONG}`, async () => {
    const env = { REDIS_URL: redis.url };
    const host = runNode([built('queue-host')], { env });
    const caller = await runNode([built('queue-caller')], { env }).ended;
    host.process.kill('SIGTERM');
    const text = readFileSync(path.join(ROOT, 'docs', 'examples', 'queue-caller.mts'), 'utf8');
    const expected = [...text.matchAll(/^\/\/ prints: (.*)$/gm)].map(([, line]) => `${line}\n`).join('');
    expect(caller).to.deep.include({ code: 0, stdout: expected, stderr: '' });
    expect(await host.ended).to.deep.include({ code: 0, stdout: '', stderr: '' });
  });
});
