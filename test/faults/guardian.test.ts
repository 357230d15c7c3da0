/** FAULTS 40: the guardian, from the first child to the last, and what it survives. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { expect } from 'chai';
import * as guardian from '../../src/parent/end/guardian';
import { fixturePath } from '../support/fixture';
import { itInFull, LONG, rows } from '../support/long';
import { poll } from '../support/poll';
import { childrenOf, commandOf, guardiansOf, isAlive, lonelyGuardians } from '../support/processes';
import { runNode, type Script, type ScriptOptions } from '../support/script';
import { temporaryFolder } from '../support/temporary';

const SCRIPT = fixturePath('scripts/guarded').replace(/js$/, 'cjs');
const childOf = ({ stdout }: Script) => Number(/child (\d+)/.exec(stdout)?.[1]);

/** The names of the variables of a process; none if it has just ended. */
function variablesOf(pid: number): (string | undefined)[] {
  try {
    const variables = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
    return variables.map(each => each.split('=')[0]);
  } catch {
    return [];
  }
}

/** Runs a script in a file system that is changed for it alone. */
function inside(change: string): ScriptOptions {
  const flags = ['-rm', 'bash', '-c', `${change} && exec "$@"`, 'bash'];
  const { status, stderr } = spawnSync('unshare', [...flags, 'true'], { encoding: 'utf8' });
  expect(status, `unshare, of util-linux, is needed: ${stderr}`).to.equal(0);
  return { node: 'unshare', flags: [...flags, process.execPath] };
}

async function guarded(scenario: string, options?: ScriptOptions): Promise<Script> {
  const script = runNode([SCRIPT, scenario], options);
  await script.says(scenario === 'steps' ? 'step 0' : 'child');
  return script;
}

describe('40 the guardian', () => {
  const folder = temporaryFolder();
  it('starts with the first child that may be ended, is one for all, and ends after the last', async () => {
    const script = await guarded('steps');
    let steps = 0;
    const next = async () => {
      process.kill(script.pid, 'SIGUSR2');
      await script.says(`step ${++steps}`);
    };
    const guardians = () => guardiansOf(script.pid);
    const goes = (pid: number) => poll('it is gone', () => !isAlive(pid), 5_000);
    expect(guardians(), 'before the first child').to.deep.equal([]);
    await next();
    expect(guardians(), 'a child that is never ended is not guarded').to.deep.equal([]);
    await next();
    await next();
    const [first] = guardians() as [number];
    expect(guardians()).to.have.length(1);
    await next();
    expect(guardians(), 'the same for a second child').to.deep.equal([first]);
    await next();
    expect(guardians(), 'one child is left').to.deep.equal([first]);
    await next();
    await goes(first);
    expect(isAlive(script.pid)).to.equal(true);
    await next();
    const [second] = guardians() as [number];
    expect(second).to.be.a('number');
    process.kill(script.pid, 'SIGUSR2');
    expect(await script.ended).to.include({ code: 0, stderr: '' });
    await goes(second);
  });

  it('ends at once after a parent that was killed, and so does its child', async () => {
    const script = await guarded('busy');
    const [shell] = guardiansOf(script.pid) as [number];
    script.process.kill('SIGKILL');
    await poll('both are gone', () => !isAlive(childOf(script)) && !isAlive(shell), 1_000);
    await script.ended;
  });

  itInFull(`does not wait for a child with an endless grace ${LONG}`, async () => {
    const script = await guarded('immortal');
    const [shell] = guardiansOf(script.pid) as [number];
    script.process.kill('SIGKILL');
    await poll('it is gone', () => !isAlive(shell), 1_000);
    expect(isAlive(childOf(script))).to.equal(true);
    process.kill(childOf(script), 'SIGKILL');
    await script.ended;
  });

  const waits = `${process.execPath} -e 'setTimeout(() => {}, process.argv[1] * 1000)'`;
  const sleeps = [
    ['knows no fractions', `case $1 in *.*) exit 1 ;; *) exec ${waits} "$1" ;; esac`, true],
    ['is not there', 'exit 127', false],
  ] as const;
  for (const [what, sleep, ends] of rows(sleeps, (_, at) => at === 1)) {
    it(`sleep ${what}: no child is killed before its grace is over ${LONG}`, async () => {
      const file = folder.file('sleep');
      writeFileSync(file, `#!/bin/sh\n${sleep}\n`, { mode: 0o755 });
      const script = await guarded('busyStubborn', inside(`mount --bind ${file} /usr/bin/sleep`));
      const [shell] = guardiansOf(script.pid) as [number];
      const start = performance.now();
      script.process.kill('SIGKILL');
      await poll('the guardian is gone', () => !isAlive(shell), 5_000);
      if (ends) {
        expect(performance.now() - start).to.be.greaterThan(490);
        await poll('the child is gone', () => !isAlive(childOf(script)), 1_000);
      } else {
        expect(isAlive(childOf(script))).to.equal(true);
        process.kill(childOf(script), 'SIGKILL');
      }
      await script.ended;
    });
  }

  itInFull(
    `no sh: the parent works and ends as usual, and a child that notices its end still ends ${LONG}`,
    async () => {
      const options = inside('mount --bind /dev/null /bin/sh');
      const ends = await guarded('runsOut', options);
      expect(await ends.ended).to.include({ code: 0, stderr: '' });
      expect(isAlive(childOf(ends))).to.equal(false);
      const killed = await guarded('plain', options);
      expect(guardiansOf(killed.pid)).to.deep.equal([]);
      killed.process.kill('SIGKILL');
      await killed.ended;
      await poll('the child is gone', () => !isAlive(childOf(killed)), 1_000);
    },
  );

  it('does not read, and its pipe is full: it is replaced, and delays nothing', async () => {
    const nobody = 2 ** 30;
    guardian.guard(nobody + 1, 0);
    const deaf = await poll('a guardian', () => guardiansOf(process.pid)[0]);
    process.kill(deaf, 'SIGSTOP');
    // Stops as soon as it is replaced: on a busy machine, the next guardian may be slow to read too.
    for (let line = 0; line < 50_000 && isAlive(deaf); line++) {
      guardian.guard(nobody, 0);
      guardian.unguard(nobody);
    }
    // A pending write would keep the parent from ending.
    expect(
      process.getActiveResourcesInfo().filter(each => /Wrap|Req/.test(each) && /Write|Req/.test(each)),
    ).to.deep.equal([]);
    await poll('it is gone', () => !isAlive(deaf), 2_000);
    await poll('another', () => guardiansOf(process.pid).length === 1);
    guardian.unguard(nobody + 1);
    await poll('the other goes too', () => guardiansOf(process.pid).length === 0, 5_000);
  });

  const shells = ['dash', 'bash', 'busybox'].filter(name => existsSync(`/bin/${name}`));
  for (const shell of rows(shells, (_, at) => at === 0)) {
    it(`80 its line of ps is short and says what it is, and the script is nobody else's: ${shell} ${LONG}`, async () => {
      const script = await guarded('busyStubborn', inside(`mount --bind /bin/${shell} /bin/sh`));
      const [pid] = guardiansOf(script.pid) as [number];
      const line = commandOf(pid);
      expect(line).to.contain('offspring-rx-guardian').and.to.contain(`${script.pid}`);
      expect(line).to.match(/^.{1,80}$/);
      expect(readlinkSync(`/proc/${pid}/cwd`)).to.equal('/');
      script.process.kill('SIGKILL');
      const names = await poll('the environment of its sleep', () =>
        childrenOf(pid)
          .filter(each => commandOf(each).includes('sleep'))
          .map(variablesOf)
          .find(each => each.includes('PATH')),
      );
      expect(names).not.to.include('guardian');
      await poll('the child is gone', () => !isAlive(childOf(script)), 2_000);
      await script.ended;
    });
  }

  afterEach(async () => {
    const lonely = lonelyGuardians();
    await poll('none stays', () => !lonely.some(isAlive), 8_000);
  });
});
