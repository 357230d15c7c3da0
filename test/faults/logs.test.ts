/** FAULTS 104 and 105: log$, and lines that are printed with a prefix. */
import { expect } from 'chai';
import { isStateError, type LogLine } from 'offspring-rx';
import { firstValueFrom, lastValueFrom, toArray } from 'rxjs';
import { fixture, fixturePath, ROOT } from '../support/fixture';
import { itInFull, LONG } from '../support/long';
import { poll } from '../support/poll';
import { runNode } from '../support/script';
import { openTerminal } from '../support/terminal';

const logs = fixture<typeof import('../fixtures/logs')>('logs');
const SCRIPT = fixturePath('scripts/prefixed').replace(/js$/, 'cjs');

const told = (lines: LogLine[]) => lines.map(({ stream, line }) => `${stream}: ${line}`);
const TALK = ['stdout: one', 'stderr: two', 'stdout: three', 'stdout: four', 'stderr: five, without a newline'];

describe('104 log$', function () {
  this.timeout(30_000);

  it('has both streams in the order seen, with the time of each, and completes at the end', async () => {
    const before = Date.now();
    const lines = await lastValueFrom(new logs.Talks().log$.pipe(toArray()));
    expect(told(lines)).to.deep.equal(TALK);
    const times = lines.map(({ at }) => at);
    expect(times).to.deep.equal(times.toSorted((a, b) => a - b));
    expect(times[0]).to.be.within(before, Date.now());
    expect((times.at(-1) as number) - (times[0] as number)).to.be.greaterThan(100);
  });

  it('lines wait for a subscriber, also beyond the end', async () => {
    const task = new logs.Talks();
    await task.wait();
    expect(told(await lastValueFrom(task.log$.pipe(toArray())))).to.deep.equal(TALK);
  });

  it('stdout$ and log$ have all, if both are used before the first line', async () => {
    const task = new logs.Talks();
    const stdout = lastValueFrom(task.stdout$.pipe(toArray()));
    const lines = lastValueFrom(task.log$.pipe(toArray()));
    expect(await stdout).to.deep.equal(['one', 'three', 'four']);
    expect(told(await lines)).to.deep.equal(TALK);
  });

  it('if stdout$ was used, log$ has what comes from its first use on', async () => {
    const task = new logs.Talks();
    await firstValueFrom(task.stdout$);
    const lines = told(await lastValueFrom(task.log$.pipe(toArray())));
    expect(lines.at(-1)).to.equal(TALK.at(-1));
    expect(lines).not.to.include(TALK[0]);
    const ended = new logs.Talks();
    void ended.stderr$;
    await ended.wait();
    expect(await lastValueFrom(ended.log$.pipe(toArray()))).to.deep.equal([]);
  });

  it('the last 1,024 lines wait, with a warning if log$ was used and with none if it was not', async () => {
    const warnings: Error[] = [];
    const onWarning = (warning: Error) => warnings.push(warning);
    process.on('warning', onWarning);
    const unused = new logs.TalksALot();
    await unused.wait();
    const used = new logs.TalksALot();
    const { log$ } = used;
    await used.wait();
    expect(await lastValueFrom(log$.pipe(toArray()))).to.have.length(1_024);
    await poll('the warning', () => warnings.length > 0);
    process.off('warning', onWarning);
    expect(warnings.map(({ message }) => message)).to.deep.equal([
      'TalksALot.log$: more than 1024 values wait for a subscriber, so the oldest are dropped: subscribe, or emit less',
    ]);
  });

  itInFull(`that of a loop has what it writes in end(), and that of a spare is that of its task ${LONG}`, async () => {
    const loop = new logs.TalkingLoop();
    const lines = lastValueFrom(loop.log$.pipe(toArray()));
    await firstValueFrom(loop.iteration$);
    await loop.shutdown();
    expect(told(await lines)).to.deep.equal(['stdout: a turn', 'stderr: the end']);
    for (let run = 0; run < 2; run++) {
      const task = new logs.TalksFromSpare();
      expect(told(await lastValueFrom(task.log$.pipe(toArray())))).to.deep.equal(['stdout: hello']);
    }
    await logs.TalksFromSpare.shutdownAll();
  });

  it('is a StateError unless the output is piped', () => {
    const task = new logs.Inherits();
    expect(() => task.log$)
      .to.throw("Inherits: log$ needs the flag STDIO = 'pipe', which is 'inherit' in the parent's class")
      .that.satisfies(isStateError);
    class Prefixed extends logs.Inherits {
      static override STDIO = { prefix: true } as const;
    }
    expect(() => new Prefixed().stdout$).to.throw("which is { prefix: true } in the parent's class");
  });
});

describe('105 STDIO = { prefix: true }', function () {
  this.timeout(30_000);

  it('prints whole lines of tasks, workers and spares with the name and the pid, each to its own stream', async () => {
    const { code, stdout, stderr } = await runNode([SCRIPT, 'all']).ended;
    const lines = stdout.trimEnd().split('\n');
    const [first, second, worker] = JSON.parse(lines.pop() as string) as number[];
    expect(JSON.parse(lines.pop() as string), 'of the ExitError').to.deep.equal(['a last word']);
    const of = (pid?: number) => ['one', 'two', 'no newline'].map(line => `Task ${pid} | ${line}`);
    expect(lines).to.deep.equal([...of(first), ...of(second), `Worker ${worker} | an item`]);
    const [last, ...others] = stderr.trimEnd().split('\n').reverse();
    expect(last).to.match(/^Throws \d+ \| a last word$/);
    expect(others).to.deep.equal([`Task ${second} | to stderr`, `Task ${first} | to stderr`]);
    expect(code).to.equal(0);
  });

  itInFull(`what a loop writes while its parent blocks in its exit handler is printed too ${LONG}`, async () => {
    const { code, stdout } = await runNode([SCRIPT, 'exits']).ended;
    const [pids, ...lines] = stdout.trimEnd().split('\n');
    const [pid] = JSON.parse(pids as string) as number[];
    expect(lines).to.deep.equal([`Loop ${pid} | the end`, `Loop ${pid} | of it`]);
    expect(code).to.equal(7);
  });

  itInFull(`the prefix has a color on a terminal, and none with NO_COLOR ${LONG}`, async () => {
    const command = `${process.execPath} ${SCRIPT} exits`;
    const colored = openTerminal(`env -u NO_COLOR -u CI TERM=xterm-256color ${command}`, ROOT);
    await colored.says('| the end'.replace('| ', '|\u001b[39m '));
    await colored.ended;
    const plain = openTerminal(`env -u CI -u FORCE_COLOR TERM=xterm-256color NO_COLOR=1 ${command}`, ROOT);
    await plain.says('| the end');
    await plain.ended;
  });

  for (const wrong of [{ prefix: false }, { prefix: true, more: 1 }, {}, 'prefix', null, ['pipe']]) {
    it(`${JSON.stringify(wrong)} is refused`, () => {
      class Wrong extends logs.Inherits {}
      Object.assign(Wrong, { STDIO: wrong });
      expect(() => new Wrong())
        .to.throw('Wrong.STDIO is')
        .that.satisfies(isStateError)
        .with.property('message')
        .that.matches(/: it must be 'inherit', 'pipe', 'ignore' or \{ prefix: true \}$/);
    });
  }
});
