/** Both sides: the types that users name when they write or wrap a Subprocess. */
import type { InteropObservable, Observable } from 'rxjs';

/**
 * Where a child's stdout and stderr go. 'inherit': to the parent's stdout and stderr. 'pipe': to `stdout$`, `stderr$` and
 * `log$`, line by line. 'ignore': nowhere. `{ prefix: true }`: to the parent's stdout and stderr, line by line, each with
 * the name of the class and the pid in front, in color on a terminal: `Render 4711 | the line`.
 *
 * @example
 * class Quiet extends CountLines {
 *   static override STDIO: Stdio = 'pipe'; // without the type, any text
 * }
 */
export type Stdio = 'inherit' | 'pipe' | 'ignore' | { prefix: true };

/** A line that a child has written. */
export interface LogLine {
  /** Where the child has written it. */
  stream: 'stdout' | 'stderr';
  /** The line, without its line end. */
  line: string;
  /** When the parent has read it, in ms since the epoch. */
  at: number;
}

/** What a process uses of the machine. */
export interface Usage {
  /** Processor time as a share of one core since the value before: from 0 up to the number of cores. */
  cpu: number;
  /** Bytes of resident memory. */
  memory: number;
  /** When it was measured, in ms since the epoch. */
  at: number;
}

/**
 * How the child process is spawned. `forkOptions()` returns it.
 *
 * @example
 * class Nightly extends CountLines {
 *   override forkOptions(): ForkOptions {
 *     return {
 *       cwd: '/',
 *       env: { TZ: 'UTC' },
 *       execArgv: ['--max-old-space-size=200'],
 *     };
 *   }
 * }
 */
export interface ForkOptions {
  /** Working directory. Default: the parent's. */
  cwd?: string;
  /** Environment variables, merged over `process.env`. `undefined` removes a variable. Default: none. */
  env?: Record<string, string | undefined>;
  /** `false`: the child gets no variables but those of `env`. Default: `true`. */
  extendEnv?: boolean;
  /** Node flags, appended to the flags that the child inherits from the parent. Default: none. */
  execArgv?: readonly string[];
  /** `false`: the child gets no flags but those of `execArgv`. Default: `true`. */
  inheritExecArgv?: boolean;
  /** Path of the Node executable. Default: `process.execPath`. */
  execPath?: string;
  /** User id of the process. Default: the parent's. */
  uid?: number;
  /** Group id of the process. Default: the parent's. */
  gid?: number;
  /** Windows: opens no console window. Default: `true`. */
  windowsHide?: boolean;
}

/**
 * Overrides the flags of the class for one call of `shutdown` or `shutdownAll`.
 *
 * @example
 * const task = new Heartbeat();
 * await task.shutdown({ grace: 500 });
 */
export interface ShutdownOptions {
  /** Milliseconds between SIGTERM and SIGKILL; `Infinity`: never SIGKILL. Default: the class's `SHUTDOWN_GRACE`. */
  grace?: number;
  /** Whether a signal is sent. Default: the class's `TERMINATE_ON_SHUTDOWN`. */
  terminate?: boolean;
}

/** One turn of a loop. */
export interface Iteration {
  /** Number of the turn, from 0. */
  index: number;
  /** Milliseconds that `loop()` took. */
  duration: number;
  /** Milliseconds of the sleep that follows, which a stop may cut short; `false` if `loop()` ended the loop. */
  sleep: number | false;
}

/** What `messages()` returns. AsyncIterableIterator takes one type argument only, below TypeScript 5.6. */
export interface MessageIterator<Message> extends AsyncIterator<Message, undefined> {
  /** Returns this iterator, for `for await`. */
  [Symbol.asyncIterator](): MessageIterator<Message>;
}

/**
 * The constructor arguments of a Subprocess type.
 *
 * @example const args: ArgsOf<CountLines> = ['access.log'];
 */
export type ArgsOf<T> = T extends { init(...args: infer Args): unknown } ? Args : never;

/**
 * The type of `result$` and `result()`: the awaited return value of `run`, or void if that is an Observable or an
 * AsyncIterable.
 *
 * @example
 * const task = new CountLines('access.log');
 * const lines: ResultOf<CountLines> = await task.result(); // a number
 */
export type ResultOf<T extends { run(): unknown }> = T['run'] extends () => infer Returned
  ? ReturnedBy<Returned>
  : never;

/**
 * The type of `message$`: the declared Message, or what `run` yields if no Message is declared.
 *
 * @example const show = ({ lines }: MessageOf<CountLines>) => console.log(lines);
 */
export type MessageOf<T extends { run(): unknown; emit(message: never): unknown }> = MessageFrom<
  T['run'],
  T extends { emit(message: infer Message): unknown } ? Message : never
>;

type ReturnedBy<Returned> =
  Returned extends Generator<unknown, infer Value>
    ? Value
    : Returned extends AsyncGenerator<unknown, infer Value>
      ? Value
      : Returned extends Observable<unknown> | InteropObservable<unknown> | AsyncIterable<unknown>
        ? void
        : Returned extends PromiseLike<infer Value>
          ? ReturnedBy<Value>
          : Returned;

type Yielded<Returned> =
  Returned extends AsyncGenerator<infer Value, unknown>
    ? Value
    : Returned extends Generator<infer Value, unknown>
      ? Value
      : Returned extends Observable<infer Value> | InteropObservable<infer Value> | AsyncIterable<infer Value>
        ? Value
        : Returned extends PromiseLike<infer Value>
          ? Yielded<Value>
          : never;

/** The declared Message. An error type if `run` yields something else. */
export type MessageFrom<Run, Message> = Run extends () => infer Returned
  ? unknown extends Message
    ? [Yielded<Returned>] extends [never]
      ? unknown
      : Yielded<Returned>
    : [Yielded<Returned>] extends [Message]
      ? Message
      : { error: 'run() yields something that is not the declared Message'; yields: Yielded<Returned> }
  : Message;
