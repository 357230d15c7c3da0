/** FAULTS 3 and 15: no room for one more process, no room on the heap. */
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { ExitError } from 'offspring-rx';
import { fixture, fixturePath, ROOT } from '../support/fixture';
import { itInFull, LONG, rows, sized } from '../support/long';
import { outcomeOf } from '../support/outcome';
import { poll } from '../support/poll';
import { runNode, type Script } from '../support/script';
import { temporaryFolder } from '../support/temporary';

const { HeapEater, PipedHeapEater } = fixture<typeof import('../fixtures/limits')>('limits');

const SCRIPT = fixturePath('scripts/limited').replace(/js$/, 'cjs');
/** The user called nobody. */
const OTHER_USER = 65534;
const isRoot = process.getuid?.() === 0;
const identity = [`--reuid=${OTHER_USER}`, `--regid=${OTHER_USER}`, '--clear-groups'];

interface Attempt {
  free?: number | 'all';
  reason: string;
  pid: number | null;
  phase?: string;
  message?: string;
  value?: unknown;
}

/** The lines that the script has written so far. */
const said = (script: Script): Attempt[] =>
  script.stdout
    .split('\n')
    .filter(line => line.startsWith('{'))
    .map(line => JSON.parse(line) as Attempt);

function tool(name: string, ...args: string[]): void {
  const { error, status, stderr } = spawnSync(name, args, { encoding: 'utf8' });
  if (error || status !== 0)
    throw new Error(`${name} ${args.join(' ')}: ${error?.message ?? stderr} (util-linux is needed)`);
}

function expectRefused(attempt: Attempt | undefined, code: RegExp): void {
  expect(attempt).to.include({ reason: 'not-started', phase: 'spawn', pid: null });
  expect(attempt?.message)
    .to.match(code)
    .and.to.match(/try again later/);
}

describe('3 no room for one more process', function () {
  this.timeout(120_000);
  const folder = temporaryFolder();

  /** Root has no such limit, so another user runs the script. A copy of it, if that user cannot read the original. */
  function asOtherUser(): { flags: string[]; node: string; script: string } {
    if (!isRoot) return { flags: [], node: process.execPath, script: SCRIPT };
    tool('setpriv', ...identity, 'true');
    const readable = spawnSync('setpriv', [...identity, 'test', '-r', SCRIPT]).status === 0;
    return { flags: [...identity, process.execPath], node: 'setpriv', script: readable ? SCRIPT : copied() };
  }

  /** As the user of the process, since root in a container may not change it. Only the soft limit: it can be raised again. */
  function limitProcesses(pid: number, most: number): void {
    const args = [`--pid=${pid}`, `--nproc=${most}:`];
    if (isRoot) tool('setpriv', ...identity, 'prlimit', ...args);
    else tool('prlimit', ...args);
  }

  function copied(): string {
    for (const part of ['package.json', 'dist', 'build/test/fixtures', 'node_modules/rxjs', 'node_modules/tslib']) {
      mkdirSync(path.dirname(folder.file(part)), { recursive: true });
      cpSync(path.join(ROOT, part), folder.file(part), { recursive: true, dereference: true });
    }
    chmodSync(folder.path, 0o755);
    return folder.file(path.relative(ROOT, SCRIPT));
  }

  for (const first of rows(['the first start of all', 'a later start'], each => each === 'a later start')) {
    it(`EAGAIN, ${first}: a StartError, the parent lives, and a start works once there is room ${LONG}`, async () => {
      const { script: file, ...options } = asOtherUser();
      const script = runNode([file, 'told'], { ...options, cwd: '/' });
      try {
        await script.says('ready');
        const start = async () => {
          const before = said(script).length;
          process.kill(script.pid, 'SIGUSR2');
          return poll(`an answer; ${script.stderr}`, () => said(script)[before]);
        };
        if (first === 'a later start') expect(await start()).to.include({ reason: 'completed', value: 'done' });
        limitProcesses(script.pid, 1);
        expectRefused(await start(), /EAGAIN/);
        expectRefused(await start(), /EAGAIN/);
        limitProcesses(script.pid, 4096);
        expect(await start()).to.include({ reason: 'completed', value: 'done' });
      } finally {
        script.process.kill('SIGKILL');
        await script.ended;
      }
      expect(said(script).some(line => 'stray' in line)).to.equal(false);
      expect(script.stderr).to.equal('');
    });
  }

  for (const way of rows(['cold', 'warm'], each => each === 'warm')) {
    it(`EMFILE, ${way === 'warm' ? 'once it has had a child' : 'at the first start of all'}: with any number of descriptors left, a StartError or a child ${LONG}`, async () => {
      tool('prlimit', '--version');
      const free = [...Array(17).keys()].filter(each => each % sized(16, 1) === 0);
      const script = runNode(['--nofile=80:80', process.execPath, SCRIPT, way, ...free.map(String)], {
        node: 'prlimit',
      });
      const { code, stderr } = await script.ended;
      const attempts = said(script);
      if (way === 'warm') expect(attempts.shift()).to.include({ reason: 'completed', value: 'done' });
      expect(attempts, stderr).to.have.length(free.length + 1);
      for (const attempt of attempts) {
        if (attempt.reason === 'not-started') expectRefused(attempt, /EMFILE/);
        // Not even the parent half could be loaded, so there is no instance that could report it.
        else if (attempt.reason === 'thrown')
          expect((attempt as { thrown?: string }).thrown).to.match(/^StartError: .*EMFILE.*try again later/);
        else expect(attempt, JSON.stringify(attempt)).to.include({ reason: 'completed', value: 'done' });
      }
      if (way === 'warm') expectRefused(attempts[0], /EMFILE/);
      expect(attempts.at(-1)).to.include({ free: 'all', reason: 'completed', value: 'done' });
      expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' });
    });
  }
});

describe('15 the heap is exhausted', () => {
  it('SIGABRT, killed, an ExitError', async () => {
    const { exit, error } = await outcomeOf(new HeapEater());
    expect(exit).to.include({ reason: 'killed', code: null, signal: 'SIGABRT', forced: false });
    expect(error).to.be.instanceOf(ExitError);
    expect(error?.message).to.match(/was killed by SIGABRT/);
  });

  itInFull(`with a piped stderr, the error names the heap ${LONG}`, async () => {
    const { exit, error } = await outcomeOf(new PipedHeapEater());
    expect(exit).to.include({ reason: 'killed', code: null, signal: 'SIGABRT', forced: false });
    expect(error).to.be.instanceOf(ExitError);
    expect(error?.message).to.match(/heap/);
    expect(error?.message).to.match(/out of memory/i);
  });
});
