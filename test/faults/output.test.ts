/** FAULTS 18: stdout, stderr and stdin of a child. */
import { readFileSync, writeFileSync } from 'node:fs';
import { expect } from 'chai';
import { lastValueFrom, toArray } from 'rxjs';
import { fixture, fixturePath } from '../support/fixture';
import { itInFull, LONG, rows } from '../support/long';
import { outcomeOf } from '../support/outcome';
import { runNode } from '../support/script';
import { temporaryFolder } from '../support/temporary';

const { OwnOutput, Preloaded, Teller } = fixture<typeof import('../fixtures/output-streams')>('output-streams');
const { Ender, PipedEnder } = fixture<typeof import('../fixtures/enders')>('enders');

describe('18 output', () => {
  const folder = temporaryFolder();
  it('10 MB of stdout with nobody subscribed: no deadlock, the last lines wait', async () => {
    const task = new PipedEnder('writes10MB');
    expect((await task.wait()).reason).to.equal('completed');
    const kept = await lastValueFrom(task.stdout$.pipe(toArray()));
    expect(kept).to.have.length(1024);
    expect(kept.at(-1)).to.equal(String(10 * 1024 - 1).padStart(1023, '-'));
  });
  const floods = [
    ['that nobody asks for: no warning', '', /^$/],
    ['that nobody takes any more: one warning', 'task.stdout$.subscribe().unsubscribe();', /stdout\$: more than 1024/],
  ] as const;
  for (const [what, look, warned] of rows(floods, (_, at) => at === 1)) {
    it(`10 MB of stdout ${what} ${LONG}`, async () => {
      const script = `const { PipedEnder } = require(${JSON.stringify(fixturePath('enders'))});
        const task = new PipedEnder('writes10MB');
        ${look}
        task.wait();`;
      const { stderr } = await runNode(['-e', script], { flags: ['--no-deprecation'] }).ended;
      expect(stderr).to.match(warned);
      expect(stderr.match(/OFFSPRING_QUEUE/g)?.length ?? 0).to.equal(look ? 1 : 0);
    });
  }
  itInFull(`10 MB of stdout to a subscriber arrive whole ${LONG}`, async () => {
    const task = new PipedEnder('writes10MB');
    const all = await lastValueFrom(task.stdout$.pipe(toArray()));
    expect(all).to.have.length(10 * 1024);
    expect(new Set(all.map(({ length }) => length))).to.deep.equal(new Set([1023]));
  });
  it('a grandchild that holds stdout does not delay the end', async () => {
    const task = new PipedEnder('grandchildHoldsOutput');
    const lines = lastValueFrom(task.stdout$.pipe(toArray()));
    const pid = (await task.result()) as number;
    const exit = await task.wait();
    expect(exit.reason).to.equal('completed');
    expect(exit.duration).to.be.below(15_000);
    expect(await lines).to.deep.equal(['before']);
    process.kill(pid, 'SIGKILL');
  });
  it('4 MB of a module that runs before the library arrive whole', async () => {
    const preload = folder.file('preload.cjs');
    writeFileSync(preload, "process.stdout.write(('-'.repeat(1023) + '\\n').repeat(4 * 1024));");
    const all = await lastValueFrom(new Preloaded(preload).stdout$.pipe(toArray()));
    expect(all).to.have.length(4 * 1024);
  });
  it('what was written to a stream that the task has put in the place of stdout arrives whole', async () => {
    const lines = await lastValueFrom(new OwnOutput().stdout$.pipe(toArray()));
    expect(lines).to.deep.equal(Array.from({ length: 5 }, (_, line) => `line ${line}`));
  });
  for (const [what, text, opens] of [
    ['nothing to a pipe does not open it', '', false],
    ['a line to a pipe opens it', 'a line\n', true],
  ] as const) {
    it(`a child that writes ${what}`, async () => {
      await new Teller(folder.file('modules'), text).wait();
      const modules = JSON.parse(readFileSync(folder.file('modules'), 'utf8')) as string[];
      expect(modules.includes('NativeModule net')).to.equal(opens);
    });
  }
  for (const way of rows(['warnsAndReturns', 'warnsAndThrows'] as const, each => each === 'warnsAndReturns')) {
    it(`a warning right before the end is printed: ${way} ${LONG}`, async () => {
      const task = new PipedEnder(way);
      const lines = await lastValueFrom(task.stderr$.pipe(toArray()));
      expect(lines.filter(line => line.includes('Warning: at the end'))).to.have.length(1);
      await outcomeOf(task);
    });
  }
  it('a child that reads stdin gets its end at once', async () => {
    expect(await new Ender('readsStdin').result()).to.equal(0);
  });
  it('nobody reads the parent’s stdout and stderr any more: neither a child nor the parent fails', async () => {
    const script = runNode([fixturePath('scripts/unheard').replace(/js$/, 'cjs'), folder.file('log')], { input: null });
    script.process.stdout?.destroy();
    script.process.stderr?.destroy();
    script.process.stdin?.write('go\n');
    expect(await script.ended).to.include({ code: 5 });
    expect(folder.lines('log')).to.deep.equal(['completed', 'failed', 'lives']);
  });
  it('the last lines of a piped stderr are in the ExitError', async () => {
    const { error } = await outcomeOf(new PipedEnder('saysOnStderr'));
    expect(error?.['stderr']).to.deep.equal(['the last words']);
    expect(error?.message).to.match(/the last words/);
  });
});
