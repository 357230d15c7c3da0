/** The log by NODE_DEBUG=offspring-rx. */
import path from 'node:path';
import { expect } from 'chai';
import { fixturePath, ROOT } from '../support/fixture';
import { itInFull, LONG } from '../support/long';
import { runNode } from '../support/script';

const isWindows = process.platform === 'win32';
const FILE = fixturePath('scripts/debugged').replace(/\.js$/, '.cjs');

const logOf = async (env: NodeJS.ProcessEnv, flags: string[] = []) => {
  const { stderr, stdout, code } = await runNode([FILE], { env, flags }).ended;
  expect(code, stderr).to.equal(0);
  expect(stdout).to.equal('over\n');
  const lines = stderr.split('\n').filter(Boolean);
  const own = lines.filter(line => line.startsWith('OFFSPRING-RX '));
  expect(own).to.deep.equal(lines);
  return own.map(line => line.replace('OFFSPRING-RX ', ''));
};

describe('NODE_DEBUG=offspring-rx', () => {
  itInFull(`says nothing unless it is asked ${LONG}`, async () => {
    expect(await logOf({ NODE_DEBUG: 'offspring' })).to.deep.equal([]);
  });

  it('tells in both processes what the library does and why, with the class and the pid', async () => {
    const lines = await logOf({ NODE_DEBUG: 'offspring-*' }, ['--no-warnings']);
    const text = lines.join('\n');
    const [, parent] = /^(\d+): process \d+: spawned/m.exec(text) ?? [];
    const says = (pid: string | undefined, line: string) => {
      const shown = `${pid}: ${line}`.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll('PID', '(\\d+)');
      const found = new RegExp(`^${shown}`, 'm').exec(text);
      expect(found, `${pid}: ${line}\nin\n${text}`).not.to.equal(null);
      return found?.[1];
    };
    const early = says(parent, 'Exported: process PID is spawned early');
    says(parent, `early process: ${early} is taken`);
    says(parent, `process ${early}: spawned as ${process.execPath}, its flags: --no-warnings`);
    says(parent, `Exported: found as the export Exported of ${FILE}, which its child loads by require`);
    if (!isWindows) says(parent, `guardian: process PID ends the children`);
    says(early, `Exported: starts as a child of ${parent}, of ${FILE}`);
    says(early, 'Exported: found as the export Exported');
    says(early, 'Exported: is done');
    says(parent, `Exported: process ${early} has ended after`);
    // Its class is not exported, and it takes a spare the second time.
    says(parent, 'Hidden: found by the inspector, at debugged.');
    const spare = says(parent, 'Hidden: process PID is a spare');
    says(parent, `Hidden: takes the spare process ${spare}`);
    says(parent, 'ByFlag: found by its flag MODULE');
    // A child that does not stop.
    const stubborn = says(parent, 'Stubborn: its process is PID');
    says(parent, `Stubborn: process ${stubborn}: shutdown, with a grace of 50 ms`);
    says(parent, `Stubborn: process ${stubborn}: gets ${isWindows ? 'an order in place of a SIGTERM' : 'SIGTERM'}`);
    says(parent, `Stubborn: process ${stubborn}: gets SIGKILL (grace)`);
    says(stubborn, 'Stubborn: was asked to stop');
    says(parent, 'task: is restarted in 1 ms, start 2: Failing ended (failed, ');
  });

  itInFull(`tells of signals, and of the loader that a child takes over ${LONG}`, async () => {
    const env = { NODE_DEBUG: 'offspring-rx' };
    const script = runNode([FILE, 'signal'], { env });
    await script.says('runs');
    script.process.kill('SIGTERM');
    const { stderr } = await script.ended;
    expect(stderr).to.include(`${script.pid}: this process: got SIGTERM, and dies of it; children: 1`);
    const typescript = path.join(ROOT, 'test', 'fixtures', 'typescript');
    const flags = ['-r', 'ts-node/register/transpile-only'];
    const told = await runNode([path.join(typescript, 'task.ts')], { env, flags, cwd: typescript }).ended;
    expect(told.stderr).to.match(/: its child takes over ts-node \(.*ts-node/);
    expect(told.stderr).to.match(/: this process: TypeScript is loaded by the ts-node of the parent/);
  });
});
