/** TypeScript runs in the child by whatever runs it in the parent. */
import path from 'node:path';
import { expect } from 'chai';
import { ROOT } from './support/fixture';
import { innerCode } from './support/inner';
import { itInFull, LONG } from './support/long';
import { runNode } from './support/script';

const at = (name: string) => path.join(ROOT, 'test', 'fixtures', 'typescript', name);
const bin = (name: string) => path.join(ROOT, 'node_modules', name);

async function run(args: string[], env = {}) {
  // ts-node/esm takes the tsconfig of the working directory, and does not know the one of this project.
  const { code, stdout, stderr } = await runNode(args, { env, cwd: at('') }).ended;
  expect(stderr.replace(/.*ExperimentalWarning[\s\S]*/, '')).to.equal('');
  expect(code).to.equal(0);
  return stdout.trim();
}

describe('TypeScript', function () {
  this.timeout(60_000);
  const transpiled = { TS_NODE_TRANSPILE_ONLY: 'true' };

  itInFull(`ts-node by -r ${LONG}`, async () => {
    expect(await run(['-r', 'ts-node/register', at('task.ts')], transpiled)).to.equal('arg1 red true');
  });
  itInFull(`ts-node registered from inside ${LONG}`, async () => {
    expect(await run([at('register.cjs')])).to.equal('arg1 red true');
  });
  itInFull(`the ts-node program ${LONG}`, async () => {
    expect(await run([bin('ts-node/dist/bin.js'), '--transpile-only', at('task.ts')])).to.equal('arg1 red true');
  });
  itInFull(`--loader ts-node/esm ${LONG}`, async () => {
    expect(await run(['--no-warnings', '--loader', 'ts-node/esm/transpile-only', at('stripped.mts')])).to.equal(
      'arg1 stripped',
    );
  });
  it('--loader ts-node/esm, whose child does not check the types again', async () => {
    const print = `const { inheritedFlags } = ${innerCode('parent/spawn/inherited-flags')}; console.log(inheritedFlags(undefined).join(' '))`;
    expect(await run(['--no-warnings', '--loader', 'ts-node/esm', '-e', print])).to.match(
      /ts-node\/esm\/transpile-only/,
    );
  });
  itInFull(`the ts-node program with a module that it requires first ${LONG}`, async () => {
    const before = at('required-before.cjs');
    const args = [bin('ts-node/dist/bin.js'), '--transpile-only', '-r', './required-before.cjs', at('requires.ts')];
    expect(await run(args), before).to.equal('parent true child true');
  });
  itInFull(`the tsx program, and --import tsx ${LONG}`, async () => {
    const ways: [args: string[], printed: string][] = [
      [[bin('tsx/dist/cli.mjs'), at('task.ts')], 'arg1 red true'],
      [[bin('tsx/dist/cli.mjs'), at('stripped.mts')], 'arg1 stripped'],
      [['--import', 'tsx', at('task.ts')], 'arg1 red true'],
    ];
    for (const [args, printed] of ways) expect(await run(args)).to.equal(printed);
  });
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > 22 || (major === 22 && minor >= 18)) {
    it('Node’s own type stripping', async () => {
      expect(await run(['--no-warnings', at('stripped.mts')])).to.equal('arg1 stripped');
    });
  }
});
