/** Both sides: the types that people name when they write, hold or wrap a Subprocess. */
import type { Observable } from 'rxjs';
import type { Subprocess } from '../subprocess';

/** Any instance, whatever its arguments, messages and commands. */
export type AnySubprocess = Subprocess<any, any, any>;

/** A class of instances `T`, with the static side of Subprocess; it may be abstract. */
export type SubprocessClass<T extends AnySubprocess = AnySubprocess> = Omit<typeof Subprocess, 'prototype'> &
  (abstract new (
    ...args: any[]
  ) => T);

/**
 * Where a child's stdout and stderr go. 'inherit': to the parent's own; 'pipe': into `stdout$` and `stderr$`, line by
 * line; 'ignore': nowhere.
 */
export type Stdio = 'inherit' | 'pipe' | 'ignore';

/** How the child process is made; returned by `forkOptions()`, which runs in the parent after `init`. */
export interface ForkOptions {
  /** Working directory. Default: the parent's. */
  cwd?: string;
  /** Merged over `process.env`; `undefined` removes a variable. */
  env?: Record<string, string | undefined>;
  /** Node flags, appended to those inherited from the parent. */
  execArgv?: readonly string[];
  /** The Node program. Default: `process.execPath`. */
  execPath?: string;
  /** The user and the group of the process. Default: the parent's. */
  uid?: number;
  gid?: number;
  /** Windows: no console window for it. */
  windowsHide?: boolean;
}

/** What one call of `shutdown` or `shutdownAll` does otherwise than the flags of the class say. */
export interface ShutdownOptions {
  /** Milliseconds between SIGTERM and SIGKILL; `Infinity`: never SIGKILL. Default: the class's `SHUTDOWN_GRACE`. */
  grace?: number;
  /** Whether a signal is sent. Default: the class's `TERMINATE_ON_SHUTDOWN`. */
  terminate?: boolean;
}

/** One turn of a loop. */
export interface Iteration {
  /** Counts from 0. */
  index: number;
  /** How long `loop()` took, ms. */
  duration: number;
  /** The sleep that follows, ms, which a stop cuts short; `false` where `loop()` ended the loop. */
  sleep: number | false;
}

/** The constructor arguments of a Subprocess type. */
export type ArgsOf<T> = T extends { init(...args: infer Args): unknown } ? Args : never;

/** What `result$` and `result()` give: what `run` returns, awaited; void where it returns an Observable. */
export type ResultOf<T extends { run(): unknown }> = T['run'] extends () => infer Returned ? Outcome<Returned> : never;

/** What `message$` gives: the declared Message, or what `run` yields where none is declared. */
export type MessageOf<T extends { run(): unknown; emit(message: never): unknown }> = MessageFrom<
  T['run'],
  T extends { emit(message: infer Message): unknown } ? Message : never
>;

type Outcome<Returned> =
  Returned extends Generator<unknown, infer Value>
    ? Value
    : Returned extends AsyncGenerator<unknown, infer Value>
      ? Value
      : Returned extends Observable<unknown>
        ? void
        : Awaited<Returned>;

type Yielded<Returned> =
  Returned extends AsyncGenerator<infer Value, unknown>
    ? Value
    : Returned extends Generator<infer Value, unknown>
      ? Value
      : Returned extends Observable<infer Value>
        ? Value
        : never;

/** The declared Message, checked against what `run` yields. */
export type MessageFrom<Run, Message> = Run extends () => infer Returned
  ? unknown extends Message
    ? [Yielded<Returned>] extends [never]
      ? unknown
      : Yielded<Returned>
    : [Yielded<Returned>] extends [Message]
      ? Message
      : { error: 'run() yields something that is not the declared Message'; yields: Yielded<Returned> }
  : Message;
