/** Where a class of a queue may be: in the module of its host and caller, in TypeScript. */
import path from 'node:path';
import { expect } from 'chai';
import { ROOT } from '../support/fixture';
import { itInFull, LONG } from '../support/long';
import { redisForSuite } from '../support/redis';
import { runNode } from '../support/script';

const bin = (name: string) => path.join(ROOT, 'node_modules', name);
const folder = path.join(ROOT, 'test', 'fixtures', 'typescript');
const module_ = path.join(folder, 'queued.ts');

const WAYS: [name: string, args: string[]][] = [
  ['tsx', [bin('tsx/dist/cli.mjs'), module_]],
  ['--import tsx', ['--import', 'tsx', module_]],
  ['ts-node', [bin('ts-node/dist/bin.js'), '--transpile-only', module_]],
];

describe('a class of a queue in the TypeScript module of its host and its caller', () => {
  const redis = redisForSuite();

  for (const [name, args] of WAYS) {
    itInFull(`works by ${name}: workers load the module again, and neither serve nor call ${LONG}`, async () => {
      await redis.flush();
      const { code, stdout, stderr } = await runNode([...args, redis.url], { cwd: folder }).ended;
      expect(stderr).to.equal('');
      expect({ code, stdout }).to.deep.equal({ code: 0, stdout: 'it is red\na is red,b is red\n' });
    });
  }
});
