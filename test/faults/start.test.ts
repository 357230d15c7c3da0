/** FAULTS 1 to 9: how a start can fail. */
import { realpathSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { inspect } from 'node:util';
import { expect } from 'chai';
import { type AnySubprocess, StateError, Subprocess } from 'offspring-rx';
import { ofType } from 'offspring-rx/operators';
import { firstValueFrom } from 'rxjs';
import { fixture, fixturePath } from '../support/fixture';
import { itInFull, LONG, rows } from '../support/long';
import { poll } from '../support/poll';
import { runNode } from '../support/script';
import { noProcess, startFails } from '../support/start-fails';
import { temporaryFolder } from '../support/temporary';

const starters = fixture<typeof import('../fixtures/starters')>('starters');
const { Explicit, Sleeper } = fixture<typeof import('../fixtures/tasks')>('tasks');

const UNSUBSCRIBES = `const { Sleeper } = require(${JSON.stringify(fixturePath('tasks'))});
  const task = new Sleeper(1e6);
  for (const name of ['exit$', 'ready$', 'result$', 'message$', 'state$']) task[name].subscribe().unsubscribe();
  task.event$.subscribe(({ exit }) => exit && console.log(exit.reason));`;

describe('1 the module', () => {
  it('does not exist any more', async () => {
    const { error } = await startFails(new starters.Missing(), 'load', /could not load exist\.js.*Cannot find module/s);
    expect(error?.cause).to.include({ name: 'RemoteError' });
  });
  it('throws while it loads', async () => {
    const { error } = await startFails(new starters.ThrowsAtLoad(), 'load', /SyntaxError: thrown while it loads/);
    expect((error as any).cause.remote.stack).to.match(/throws\.mjs/);
  });
  it('calls process.exit while it loads', async () => {
    await startFails(new starters.ExitsAtLoad(), 'load', /ended with code 0 before it was ready.*process\.exit/);
  });
  it('does not contain the class', async () => {
    await startFails(new starters.Elsewhere(), 'load', /Elsewhere \(tasks\.js\) is not exported/);
  });
  const folder = temporaryFolder();
  it('has a syntax error', async () => {
    class Broken extends Subprocess {
      static override MODULE = folder.file('broken.js');
      override run() {}
    }
    writeFileSync(folder.file('broken.js'), 'const = 1;');
    await startFails(new Broken(), 'load', /could not load broken\.js: SyntaxError/);
  });
});

describe('2 the system refuses', () => {
  const cases: [what: string, options: ConstructorParameters<typeof starters.Forked>[0], told: RegExp][] = [
    ['no such execPath', { execPath: '/no/such/node' }, /program "\/no\/such\/node" does not exist/],
    ['execPath not executable', { execPath: '/etc/passwd' }, /program "\/etc\/passwd" may not be executed/],
    ['no such cwd', { cwd: '/no/such/folder' }, /working directory "\/no\/such\/folder" does not exist/],
    ['cwd is a file', { cwd: '/etc/passwd' }, /working directory "\/etc\/passwd" is not a directory/],
    ['NUL in an argument', { execArgv: ['a\0b'] }, /without null bytes/],
    ['a 256 KiB variable', { env: { LARGE: 'x'.repeat(256 * 1024) } }, /E2BIG/],
  ];
  for (const [what, options, told] of cases) {
    it(what, async () => {
      const { exit, error } = await startFails(new starters.Forked(options), 'spawn', told);
      expect(exit).to.include(noProcess);
      expect(error?.pid).to.equal(null);
    });
  }
  it('a flag that Node does not know', async () => {
    const { exit } = await startFails(new starters.Forked({ execArgv: ['--no-such-flag'] }), 'spawn', /code 9.*flag/);
    expect(exit.code).to.equal(9);
  });
  it('forkOptions: cwd, env and flags reach the child', async () => {
    const cwd = realpathSync(tmpdir());
    const task = new starters.Forked({
      cwd,
      env: { MARKER: 'set', HOME: undefined },
      execArgv: ['--stack-trace-limit=50'],
    });
    const seen = (await task.result()) as Record<string, unknown>;
    expect(seen).to.deep.include({ cwd, marker: 'set', home: undefined });
    expect(seen['execArgv']).to.include('--stack-trace-limit=50');
  });
});

describe('4 never ready', () => {
  /** A child that has not even reported by then is on a busy machine: the next one gets more time. */
  async function killedInTime(Type: { new (): AnySubprocess; READY_TIMEOUT: number }, told: RegExp) {
    for (const timeout of [500, 5_000, 50_000]) {
      Type.READY_TIMEOUT = timeout;
      const { exit, error } = await startFails(new Type(), 'ready', new RegExp(` after ${timeout} ms and was killed`));
      expect(exit).to.include({ signal: 'SIGKILL', forced: true });
      if (timeout < 50_000 && / had not reported at all after /.test(error?.message ?? '')) continue;
      expect(error?.message).to.match(told);
      return;
    }
  }
  for (const Type of rows([starters.StuckAtLoad, starters.BusyAtLoad], (_, at) => at === 0)) {
    it(`${Type.name}: killed after READY_TIMEOUT ${LONG}`, () => killedInTime(Type, /still loading .* after /)).timeout(
      120_000,
    );
  }
  it('a loop that does not come to the end of begin()', () =>
    killedInTime(starters.NeverBegun, /or in begin\(\) after /)).timeout(120_000);
});

describe('5 start', () => {
  it('twice, after exit and inside a state listener is a StateError, the first child unharmed', async () => {
    const task = new Explicit();
    const inListener: unknown[] = [];
    task.state$.subscribe(state => {
      if (state === 'created') return;
      try {
        task.start();
      } catch (error) {
        inListener.push((error as Error).name);
      }
    });
    task.start();
    expect(() => task.start()).to.throw(StateError);
    expect(await task.result()).to.equal('ran');
    expect((await task.wait()).reason).to.equal('completed');
    expect(() => task.start()).to.throw(StateError, /new instance/);
    expect(inListener).to.deep.equal(['StateError', 'StateError', 'StateError']);
  });
  it('a start by hand before the microtask is the first one', async () => {
    const task = new Sleeper(1).start();
    expect(() => task.start()).to.throw(StateError);
    expect(await task.result()).to.equal(1);
  });
});

describe('6 shutdown before ready', () => {
  const stages: [when: string, start: (task: InstanceType<typeof Sleeper>) => Promise<unknown>][] = [
    ['in the same turn as new', async () => {}],
    ['in a microtask', async () => Promise.resolve()],
    ['when it is starting', async task => firstValueFrom(task.event$)],
    ['when it is spawned', async task => firstValueFrom(task.event$.pipe(ofType('spawned')))],
  ];
  for (const [when, reached] of stages) {
    it(when, async () => {
      const task = new Sleeper(1e6);
      const ready = firstValueFrom(task.ready$).catch(error => error);
      await reached(task);
      const exit = await task.shutdown();
      expect(exit.reason).to.equal(exit.pid === null ? 'not-started' : 'stopped');
      expect(exit.error).to.equal(undefined);
      expect(await ready).to.include({ name: 'ExitError' });
      expect((await ready).message).to.match(/Sleeper was (shut down|stopped) before it was ready/);
    });
  }
  it('while its module loads', async () => {
    const task = new starters.StuckAndTold();
    const ready = firstValueFrom(task.ready$).catch(error => error);
    // The module writes a line as it loads.
    await firstValueFrom(task.stdout$);
    expect(await task.shutdown()).to.include({ reason: 'stopped', signal: 'SIGTERM' });
    expect((await ready).message).to.match(/StuckAndTold was stopped before it was ready/);
  });
  itInFull(
    `unsubscribing in the same turn no longer keeps the parent alive, and does nothing else ${LONG}`,
    async () => {
      const task = new Sleeper(1);
      for (const stream$ of [task.exit$, task.ready$, task.result$, task.message$, task.event$, task.state$])
        stream$.subscribe().unsubscribe();
      expect(await task.wait()).to.include({ reason: 'completed' });
      const script = runNode(['-e', UNSUBSCRIBES]);
      // Nothing keeps the parent alive, so it ends and shuts the child down.
      expect(await script.ended).to.deep.equal({ code: 0, signal: null, stdout: 'stopped\n', stderr: '' });
    },
  );
  it('of an instance that was never started: not-started, and no start afterwards', async () => {
    const task = new Explicit();
    expect(await task.shutdown()).to.include({ reason: 'not-started', duration: 0, ...noProcess });
    expect(() => task.start()).to.throw(StateError);
  });
  it('inside a state listener, at every state', async () => {
    for (const at of ['starting', 'running']) {
      const task = new Sleeper(1e6);
      task.state$.subscribe(state => {
        if (state === at) void task.shutdown();
      });
      expect((await task.wait()).reason).to.be.oneOf(['not-started', 'stopped']);
    }
  });
});

describe('9 a class that cannot be found', () => {
  itInFull(`made inside a function ${LONG}`, async () => {
    await startFails(starters.inFunction(), 'load', /Inner \(starters\.js:\d+\) is not exported/);
  });
  it('anonymous', async () => {
    await startFails(starters.anonymous(), 'locate', /^an anonymous class: .*no name.*give the class a name/);
  });
});

describe('wrong use', () => {
  it('an abstract class, a class without run, wrong flags', () => {
    const construct = (type: unknown) => () => new (type as new () => unknown)();
    expect(construct(Subprocess)).to.throw(StateError, /Subprocess has no run\(\) method/);
    expect(construct(class NoRun extends (Subprocess as any) {})).to.throw(StateError, /NoRun has no run\(\) method/);
    const flags = { WAIT_FOR_CHILD: 'yes', SHUTDOWN_GRACE: -1, READY_TIMEOUT: '5', STDIO: 'pipes', MODULE: 5 };
    for (const [flag, value] of Object.entries(flags)) {
      class Wrong extends Subprocess {
        run() {}
      }
      Object.defineProperty(Wrong, flag, { value });
      expect(construct(Wrong), flag).to.throw(StateError, new RegExp(`Wrong\\.${flag} is .*: it must be`));
    }
  });
  it('a member on the wrong side, stdout$ without a pipe, a bad grace', async () => {
    const task = new Explicit();
    expect(() => (task as any).emit(1)).to.throw(StateError, /Explicit\.emit\(\) belongs to the child/);
    expect(() => task.command$).to.throw(StateError, /Explicit\.command\$ belongs to the child/);
    expect(() => task.signal).to.throw(StateError, /belongs to the child/);
    expect(() => task.stdout$).to.throw(StateError, /STDIO = 'pipe'/);
    for (const grace of [-1, Number.NaN, null, '5'] as number[]) {
      const error = await task.shutdown({ grace }).catch(error => error);
      expect(error).to.be.instanceOf(StateError);
      expect(error.message).to.include(`grace is ${inspect(grace)}: it must be`);
    }
    await task.shutdown({ grace: undefined as unknown as number });
  });
  it('run called in the parent is a plain call', async () => {
    const task = new Explicit();
    expect(task.run()).to.equal('ran');
    await task.shutdown();
  });
  it('a failure that nobody handles is printed once, with its cause', async () => {
    const written: string[] = [];
    const { write } = process.stderr;
    process.stderr.write = ((text: string) => written.push(text) > 0) as never;
    try {
      await new starters.InitThrows().wait();
      await poll('it is printed', () => written.length > 0);
      await new Promise(resolve => setImmediate(resolve));
    } finally {
      process.stderr.write = write;
    }
    expect(process.exitCode).to.equal(1);
    process.exitCode = undefined;
    expect(written).to.have.length(1);
    expect(written[0]).to.match(/nobody handled[\s\S]*InitThrows\.init\(\) threw[\s\S]*RangeError: init failed\n\s+at/);
  });
});
