/** Compile-only: constructor, init, send, flags and what helps to write about any Subprocess. */
import {
  type AnySubprocess,
  type ArgsOf,
  type ExitStatus,
  type ForkOptions,
  type MessageOf,
  type ResultOf,
  type Stdio,
  Subprocess,
  type SubprocessClass,
  SubprocessLoop,
  type SubprocessState,
  type Usage,
} from 'offspring-rx';
import type { Observable } from 'rxjs';
import { same } from './expect.js';

// The constructor and init take Args
class Count extends Subprocess<[path: string, limit?: number], { lines: number }, 'pause' | { limit: number }> {
  path = '';
  override async init(path: string, limit?: number) {
    this.path = `${path}${limit}`;
  }
  override async run() {
    same<Count['command$'], Observable<'pause' | { limit: number }>>(true);
    this.command$.subscribe(command => (command === 'pause' ? 0 : command.limit));
    same<Count['signal'], AbortSignal>(true);
    return 1 as number;
  }
}
class Plain extends Subprocess {
  override run() {}
}
class WrongInit extends Subprocess<[path: string]> {
  // @ts-expect-error: init takes what the constructor takes
  override init(path: number) {
    return void path;
  }
  override run() {}
}
new WrongInit('a');

new Count('a');
new Count('a', 3);
new Plain();
// @ts-expect-error: an argument is missing
new Count();
// @ts-expect-error: an argument of another type
new Count(3);
// @ts-expect-error: it takes none
new Plain('a');
// @ts-expect-error: it is abstract
new Subprocess();
// @ts-expect-error: it is abstract
new SubprocessLoop();

// send takes a Command, which is never where none is declared
const count = new Count('a');
count.send('pause');
count.send({ limit: 3 });
// @ts-expect-error: no such Command
count.send('resume');
// @ts-expect-error: it takes no commands
new Plain().send('pause');
same<Plain['command$'], Observable<never>>(true);
same<ReturnType<Count['send']>, Promise<void>>(true);

// Members
same<Count['state$'], Observable<SubprocessState>>(true);
same<Count['ready$'], Observable<void>>(true);
same<Count['exit$'], Observable<ExitStatus>>(true);
same<Count['stdout$'], Observable<string>>(true);
same<ReturnType<Count['wait']>, Promise<ExitStatus>>(true);
same<ReturnType<Count['shutdown']>, Promise<ExitStatus>>(true);
const started: Count = count.start();
started.shutdown({ grace: Infinity, terminate: true });
// @ts-expect-error: no such option
count.shutdown({ signal: 'SIGKILL' });
export async function disposed() {
  await using task = new Count('a');
  return task.process?.pid;
}

// Flags, overridden
class Flagged extends Subprocess {
  static override WAIT_FOR_CHILD = true;
  static override TERMINATE_ON_SHUTDOWN = false;
  static override EXPLICIT_START = true;
  static override SHUTDOWN_GRACE = Infinity;
  static override READY_TIMEOUT = 1_000;
  static override STDIO: Stdio = 'pipe';
  static override MODULE = __filename;
  override run() {}
  override forkOptions(): ForkOptions {
    return {
      cwd: '/',
      env: { REMOVED: undefined, ADDED: 'x' },
      extendEnv: false,
      execArgv: ['--no-warnings'],
      inheritExecArgv: false,
      execPath: '/bin/node',
    };
  }
  override snapshot() {
    return new Map([['a', 1]]);
  }
  override restore(state: Map<string, number>) {
    state.get('a');
  }
}
class FlaggedLoop extends SubprocessLoop {
  static override DEFAULT_SLEEP = 100;
  static override WAIT_FOR_CHILD = false;
  static override MODULE = new URL('file:///task.js');
  override loop() {}
}
// A literal narrows, so the flag has to be typed.
class Quiet extends Subprocess {
  static override STDIO = 'ignore' as const;
  override run() {}
}
same<typeof Flagged.STDIO, Stdio>(true);
Flagged.STDIO = 'ignore';
// @ts-expect-error: no such place
Flagged.STDIO = 'file';
new Flagged();
new FlaggedLoop();
new Quiet();

// @ts-expect-error: a flag of another type
class WrongFlag extends Subprocess {
  static override SHUTDOWN_GRACE = '5s';
  override run() {}
}
new WrongFlag();

// Helpers
same<ArgsOf<Count>, [path: string, limit?: number | undefined]>(true);
same<ArgsOf<Plain>, []>(true);
same<MessageOf<Count>, { lines: number }>(true);
same<ResultOf<Count>, number>(true);

const any: AnySubprocess[] = [count, new Plain(), new FlaggedLoop()];
any.map(task => task.wait());
/** Any class can be handed to a function that knows its arguments, messages and result. */
export function runOne<T extends AnySubprocess>(type: new (...args: ArgsOf<T>) => T, ...args: ArgsOf<T>) {
  return new type(...args).result() as Promise<ResultOf<T>>;
}
same<Promise<ResultOf<Count>>, Promise<number>>(true);
runOne<Count>(Count, 'a', 3);
// @ts-expect-error: its arguments are checked
runOne<Count>(Count, 3);

// instances$ and usage$
same<typeof Count.instances$, Observable<readonly AnySubprocess[]>>(true);
same<typeof FlaggedLoop.instances$, typeof SubprocessLoop.instances$>(true);
same<ReturnType<Count['usage$']>, Observable<Usage>>(true);

// shutdownAll, on classes with arguments, on loops and on the abstract bases
same<ReturnType<typeof Count.shutdownAll>, Promise<ExitStatus[]>>(true);
Count.shutdownAll();
Plain.shutdownAll();
FlaggedLoop.shutdownAll();
Subprocess.shutdownAll();
SubprocessLoop.shutdownAll();
const classes: SubprocessClass[] = [Count, Plain, FlaggedLoop, Subprocess, SubprocessLoop];
export const all = classes.map(type => type.shutdownAll());
// @ts-expect-error: it belongs to a class of ours
Subprocess.shutdownAll.call(Map);

class OwnConstructor extends Subprocess<[path: string]> {
  constructor(readonly size: number) {
    super(String(size));
  }
  override run() {
    return this.size;
  }
}
OwnConstructor.shutdownAll();
same<ResultOf<OwnConstructor>, number>(true);
// @ts-expect-error: it takes a number
new OwnConstructor('a');
