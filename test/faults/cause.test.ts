/** FAULTS 78: `exit.cause` says by a word why a child ended. */
import { expect } from 'chai';
import { type ExitCause, type ExitError, type ExitStatus, isExitError } from 'offspring-rx';
import { ofType } from 'offspring-rx/operators';
import { WorkerPool } from 'offspring-rx/pool';
import { supervise } from 'offspring-rx/supervise';
import { filter, firstValueFrom, map, take, toArray } from 'rxjs';
import { fixture } from '../support/fixture';
import { LONG, rows } from '../support/long';
import { outcomeOf } from '../support/outcome';

const enders = fixture<typeof import('../fixtures/enders')>('enders');
const { Forked, InitThrows, Missing, StuckAtLoad, ExitsAtLoad } =
  fixture<typeof import('../fixtures/starters')>('starters');
const causes = fixture<typeof import('../fixtures/causes')>('causes');

const CRASHES = ['SIGSEGV', 'SIGABRT', 'SIGBUS', 'SIGILL', 'SIGFPE', 'SIGTRAP', 'SIGSYS'] as const;
const OTHERS = ['SIGKILL', 'SIGTERM', 'SIGUSR2', 'SIGQUIT', 'SIGXCPU'] as const;

describe('78 the cause of an end', function () {
  this.timeout(30_000);
  const { Ender, PipedEnder } = enders;

  const ways: [way: ConstructorParameters<typeof Ender>[0], cause: ExitCause | undefined][] = [
    ['returns', undefined],
    ['throwsString', 'threw'],
    ['timerThrows', 'uncaught'],
    ['rejectionUnhandled', 'uncaught'],
    ['exits0', 'process-exit'],
    ['exits3', 'process-exit'],
    ['setsExitCode3', 'exit-code'],
    ['aborts', 'crash'],
    ['segfaults', 'crash'],
    ['killsItself', 'signal'],
    ['awaitsNothing', 'stalled'],
    ['closesChannel', 'lost-channel'],
    ['exitListenerHangs', 'did-not-exit'],
    ['writesGarbage', 'protocol'],
  ];
  const variants = ['rejectionUnhandled', 'exits0', 'aborts'];
  for (const [way, cause] of rows(ways, ([name]) => !variants.includes(name))) {
    it(`${way}: ${cause} ${LONG}`, async () => {
      const { exit } = await outcomeOf(new PipedEnder(way));
      // Node itself aborts if it looks at the closed descriptor before the grace is over.
      const isAborted = way === 'closesChannel' && exit.signal === 'SIGABRT';
      expect(exit.cause).to.equal(isAborted ? 'crash' : cause);
    });
  }

  const starts: [what: string, start: () => { wait(): Promise<ExitStatus> }, cause: ExitCause][] = [
    ['no such program', () => new Forked({ execPath: '/no/such/node' }), 'start-failed'],
    ['a flag that Node does not know', () => new Forked({ execArgv: ['--no-such-flag'] }), 'start-failed'],
    ['init throws', () => new InitThrows(), 'start-failed'],
    ['no such module', () => new Missing(), 'start-failed'],
    ['never ready', () => new StuckAtLoad(), 'ready-timeout'],
    ['process.exit while it loads', () => new ExitsAtLoad(), 'process-exit'],
  ];
  for (const [what, start, cause] of starts) {
    it(`${what}: ${cause}`, async () => {
      const { exit } = await outcomeOf(start() as never);
      expect(exit).to.include({ reason: 'not-started', cause });
    });
  }

  for (const signal of rows([...CRASHES, ...OTHERS], (_, at) => at % 4 === 3)) {
    it(`${signal}: a crash, or a signal of somebody else ${LONG}`, async () => {
      const task = new causes.Waiting();
      const outcome = outcomeOf(task);
      await firstValueFrom(task.message$);
      process.kill(task.process?.pid as number, signal);
      const { exit, error } = await outcome;
      const isCrash = CRASHES.some(crash => crash === signal);
      expect(exit).to.include({ reason: 'killed', signal, cause: isCrash ? 'crash' : 'signal' });
      expect(/somebody else/.test(error?.message ?? '')).to.equal(!isCrash && signal !== 'SIGXCPU');
      if (signal === 'SIGKILL') expect(error?.message).to.match(/or by the system for lack of memory/);
      if (signal === 'SIGXCPU') expect(error?.message).to.match(/limit of processor time/);
    });
  }

  it(`an exhausted heap: out-of-memory if stderr is piped, else a crash ${LONG}`, async () => {
    const eaters = [
      [causes.HeapEater, 'out-of-memory'],
      [causes.SilentHeapEater, 'crash'],
    ] as const;
    for (const [Type, cause] of rows(eaters, (_, at) => at === 0)) {
      const { exit, error } = await outcomeOf(new Type());
      expect(exit).to.include({ reason: 'killed', cause });
      expect(error?.message).to.match(/heap/);
    }
  });
  it('a line about a full heap, and then another end, is no exhausted heap', async () => {
    const { exit } = await outcomeOf(new causes.SaysHeap());
    expect(exit).to.include({ reason: 'failed', code: 3, cause: 'process-exit' });
  });

  it('a shutdown: shutdown, or grace if it had to be killed', async () => {
    const obeys = new causes.Waiting();
    await firstValueFrom(obeys.message$);
    expect(await obeys.shutdown()).to.include({ reason: 'stopped', cause: 'shutdown' });
    const ignores = new enders.IgnoresSigterm();
    await firstValueFrom(ignores.message$);
    expect(await ignores.shutdown()).to.include({ reason: 'stopped', cause: 'grace', forced: true });
    const unstarted = new causes.Explicit();
    expect(await unstarted.shutdown()).to.include({ reason: 'not-started', cause: 'shutdown' });
  });
  it('a loop: shutdown, a signal of somebody else, or what went wrong', async () => {
    const start = async () => {
      const loop = new causes.Turning();
      await firstValueFrom(loop.iteration$);
      return loop;
    };
    expect(await (await start()).shutdown()).to.include({ reason: 'stopped', cause: 'shutdown' });
    const signaled = await start();
    process.kill(signaled.process?.pid as number, 'SIGTERM');
    expect(await signaled.wait()).to.include({ reason: 'stopped', cause: 'signal' });
    const killed = await start();
    const failure = killed.result().catch(error => error);
    process.kill(killed.process?.pid as number, 'SIGKILL');
    expect(await killed.wait()).to.include({ reason: 'killed', cause: 'signal' });
    expect(isExitError(await failure)).to.equal(true);
  });
  it('a crash while it is being shut down', async () => {
    const task = new causes.CrashesAtStop();
    await firstValueFrom(task.message$);
    expect(await task.shutdown()).to.include({ reason: 'stopped', cause: 'crash' });
  });

  it('the items of a pool: process-exit, crash, signal', async () => {
    const pool = new WorkerPool(causes.Working, { workers: 1, retries: 0 });
    const causeOf = async (way: string) => {
      const error = (await pool.run(way).catch(error => error)) as ExitError;
      expect(isExitError(error), String(error)).to.equal(true);
      return error.exit.cause;
    };
    expect(await causeOf('exits')).to.equal('process-exit');
    expect(await causeOf('crashes')).to.equal('crash');
    expect(await causeOf('is killed')).to.equal('signal');
    await pool.shutdown();
  });
  it('the events of a supervisor', async () => {
    const event$ = supervise(() => new Ender('exits3'), { intensity: { restarts: 1 }, backoff: { initial: 1 } });
    const exits = await firstValueFrom(
      event$.pipe(
        ofType('exited' as never) as never,
        map(event => (event as { exit: ExitStatus }).exit.cause),
        filter(cause => cause !== undefined),
        take(2),
        toArray(),
      ),
    );
    expect(exits).to.deep.equal(['process-exit', 'process-exit']);
  });
});
